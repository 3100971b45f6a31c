import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { GlobalPolicies, policyListInput, setPolicyList } from "./policy-list.ts";

export const setGlobalPolicies = defineAction({
  name: "set-global-policies",
  summary: "Replaces the list of policies that run for every API of the platform, at once and whatever their revision.",
  scope: "platform:write",
  realm: "platform",
  input: z.strictObject({ ...policyListInput }),
  output: GlobalPolicies,
  decide: ({ policies }, ctx) => setPolicyList(ctx, policies),
});
