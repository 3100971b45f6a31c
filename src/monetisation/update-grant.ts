import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Problem } from "../model/problem.ts";
import { findGrant, Grant, grantRef, grantTerms, refuseEnded } from "./grant.ts";
import { reviseGrant } from "./revise-grant.ts";

export const updateGrant = defineAction({
  name: "update-grant",
  summary: "Changes when a grant of credit ends, when it is used up, and its note. What was granted stays.",
  scope: "monetisation:write",
  input: z.strictObject({
    ...grantRef,
    priority: grantTerms.priority.optional(),
    expiresAt: grantTerms.expiresAt.optional(),
    note: grantTerms.note.optional(),
  }),
  output: Grant,
  async decide({ grant, ...terms }, ctx) {
    const row = await findGrant(ctx, grant);
    const isOver = row.voidedAt !== null || (row.expiresAt !== null && row.expiresAt <= ctx.now());
    if (isOver && (terms.expiresAt !== undefined || terms.priority !== undefined)) {
      throw new Problem("state-conflict", {
        detail: `The grant ${row.voidedAt === null ? "has ended" : "was taken back"}, and what was left of it is gone. Make a new one.`,
      });
    }
    if (terms.expiresAt !== undefined) refuseEnded(terms.expiresAt, row.effectiveAt, ctx.now());
    return reviseGrant(ctx, row, terms);
  },
});
