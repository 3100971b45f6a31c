import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { GlobalPolicies, readPolicyList } from "./policy-list.ts";

export const getGlobalPolicies = defineQuery({
  name: "get-global-policies",
  summary: "Answers the list of policies that run for every API of the platform.",
  scope: "platform:read",
  realm: "platform",
  input: z.strictObject({}),
  output: GlobalPolicies,
  read: (_input, ctx) => readPolicyList(ctx),
});
