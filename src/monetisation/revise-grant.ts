import { eq } from "drizzle-orm";
import { creditGrants } from "../../schema/monetisation.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { revise } from "../actions/revise.ts";
import { grantChanged, grantOf, type Grant, type GrantRow } from "./grant.ts";

type Terms = { readonly [Field in "priority" | "expiresAt" | "voidedAt" | "note"]?: GrantRow[Field] | undefined };

/** Decides that a grant has these terms; its ledger hears of them. */
export function reviseGrant(ctx: Context, row: GrantRow, fields: Terms): Decision<Grant> {
  const target = { kind: "grant", id: row.id, edition: row.edition };
  const next = revise(row, fields, ctx.now());
  if (next === null) return { unchanged: true, target, output: grantOf(row) };
  return {
    target,
    before: grantOf(row),
    after: grantOf(next),
    output: grantOf(next),
    statements: [ctx.db.update(creditGrants).set(next).where(eq(creditGrants.id, row.id))],
    effects: [grantChanged(row.id)],
  };
}
