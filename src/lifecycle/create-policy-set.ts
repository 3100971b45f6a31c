import * as z from "zod";
import { policySets } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { stamp } from "../actions/revise.ts";
import { PolicySet, policySetFields, readPolicySets } from "../catalog/index.ts";
import { policySetsOf } from "../model/policy-set.ts";
import { checkPolicyList } from "../policies/check-list.ts";
import { revisionInvalid } from "./compile-version.ts";
import { shareSets } from "./workspace-program.ts";

export const createPolicySet = defineAction({
  name: "create-policy-set",
  summary:
    "Creates policies that the workspace's list and those of versions may name: changed once, changed everywhere.",
  scope: "policies:write",
  input: z.strictObject({
    ...policySetFields,
    description: policySetFields.description.default(""),
    policies: policySetFields.policies.default([]),
  }),
  output: PolicySet,
  async decide(input, ctx) {
    const findings = checkPolicyList(input.policies, "/policies", null);
    if (findings.length > 0) throw revisionInvalid(findings);
    const row = { id: ctx.makeId("set"), ...input, ...stamp(ctx.now()) };
    const sets = await readPolicySets(ctx);
    const known = Object.entries(sets).map(([slug, policies]) => ({ slug, policies }));
    const shared = await shareSets(ctx, policySetsOf([...known, row]));
    return {
      target: { kind: "policy-set", id: row.id, edition: 0 },
      before: null,
      after: row,
      output: row,
      ...shared,
      statements: [ctx.db.insert(policySets).values({ ...row, workspace: ctx.workspace }), ...shared.statements],
    };
  },
});
