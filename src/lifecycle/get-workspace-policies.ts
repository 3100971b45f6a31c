import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { WorkspacePolicies, readPolicyList } from "./policy-list.ts";

export const getWorkspacePolicies = defineQuery({
  name: "get-workspace-policies",
  summary: "Answers the list of policies that run for every API of the workspace.",
  scope: "catalog:read",
  input: z.strictObject({}),
  output: WorkspacePolicies,
  read: (_input, ctx) => readPolicyList(ctx),
});
