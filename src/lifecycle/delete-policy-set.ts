import { eq } from "drizzle-orm";
import * as z from "zod";
import { policySets } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { findPolicySet, policySetOf, policySetRef, readPolicySets } from "../catalog/index.ts";
import { dependentsOfSet } from "./policy-set-uses.ts";
import { shareSets } from "./workspace-program.ts";

export const deletePolicySet = defineAction({
  name: "delete-policy-set",
  summary: "Deletes a policy set that no list names.",
  scope: "policies:write",
  input: z.strictObject({ ...policySetRef }),
  output: Deleted,
  async decide({ set: ref }, ctx) {
    const row = await findPolicySet(ctx, ref);
    refuseDependents(
      `The policy set ${row.slug}`,
      await dependentsOfSet(ctx, row.slug),
      "Write its policies out where they are needed, and publish that.",
    );
    const { [row.slug]: gone, ...sets } = await readPolicySets(ctx);
    void gone;
    const shared = await shareSets(ctx, sets);
    return deletion(
      { kind: "policy-set", id: row.id, edition: row.edition },
      policySetOf(row),
      [ctx.db.delete(policySets).where(eq(policySets.id, row.id)), ...shared.statements],
      shared.effects,
    );
  },
});
