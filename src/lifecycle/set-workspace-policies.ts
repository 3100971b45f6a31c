import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { WorkspacePolicies, policyListInput, setPolicyList } from "./policy-list.ts";

export const setWorkspacePolicies = defineAction({
  name: "set-workspace-policies",
  summary:
    "Replaces the list of policies that run for every API of the workspace, at once and whatever their revision.",
  scope: "policies:write",
  input: z.strictObject({ ...policyListInput }),
  output: WorkspacePolicies,
  decide: ({ policies }, ctx) => setPolicyList(ctx, policies),
});
