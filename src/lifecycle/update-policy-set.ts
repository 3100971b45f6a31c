import { eq } from "drizzle-orm";
import * as z from "zod";
import { policySets } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import {
  findPolicySet,
  PolicySet,
  policySetFields,
  policySetOf,
  policySetRef,
  readPolicySets,
} from "../catalog/index.ts";
import { canonicalJson } from "../model/revision.ts";
import { checkPolicyList } from "../policies/check-list.ts";
import { revisionInvalid } from "./compile-version.ts";
import { checkSetUses } from "./policy-set-uses.ts";
import { shareSets } from "./workspace-program.ts";

const { name, description, policies } = policySetFields;

export const updatePolicySet = defineAction({
  name: "update-policy-set",
  summary:
    "Changes a policy set, and so what every list does that names it, at once and whatever their revision. What would break one of them is refused.",
  scope: "policies:write",
  input: z.strictObject({ ...policySetRef, ...z.object({ name, description, policies }).partial().shape }),
  output: PolicySet,
  async decide({ set: ref, ...fields }, ctx) {
    const row = await findPolicySet(ctx, ref);
    const target = { kind: "policy-set", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: policySetOf(row) };
    const change = { target, before: policySetOf(row), after: policySetOf(next), output: policySetOf(next) };
    const statement = ctx.db.update(policySets).set(next).where(eq(policySets.id, row.id));
    if (canonicalJson(next.policies) === canonicalJson(row.policies)) return { ...change, statements: [statement] };
    const sets = { ...(await readPolicySets(ctx)), [row.slug]: next.policies };
    const findings = [
      ...checkPolicyList(next.policies, "/policies", null),
      ...(await checkSetUses(ctx, row.slug, sets)),
    ];
    if (findings.length > 0) throw revisionInvalid(findings);
    const shared = await shareSets(ctx, sets);
    return { ...change, ...shared, statements: [statement, ...shared.statements] };
  },
});
