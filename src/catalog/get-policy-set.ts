import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findPolicySet, PolicySet, policySetOf, policySetRef } from "./policy-set.ts";

export const getPolicySet = defineQuery({
  name: "get-policy-set",
  summary: "Answers one policy set.",
  scope: "catalog:read",
  input: z.strictObject({ ...policySetRef }),
  output: PolicySet,
  read: async ({ set }, ctx) => policySetOf(await findPolicySet(ctx, set)),
});
