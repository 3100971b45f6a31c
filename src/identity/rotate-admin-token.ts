import { eq } from "drizzle-orm";
import * as z from "zod";
import { admins, adminTokens } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Time } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { inBoth, roleScopes } from "../actions/scope.ts";
import { Problem } from "../model/problem.ts";
import { adminTokenOf, findAdminToken, scopesOf, ShownToken, tokenRef, type AdminTokenRow } from "./admin-token.ts";
import { boundEnd, refuseMoreScopes } from "./token-bounds.ts";

const dayMs = 86_400_000;
const overlapMsMax = 30 * dayMs;

export const rotateAdminToken = defineAction({
  name: "rotate-admin-token",
  summary:
    "Replaces what a token is presented as, and shows it this once; what it was before counts for a while longer.",
  scope: "tokens:write",
  input: z.strictObject({
    ...tokenRef,
    overlapMs: z
      .int()
      .min(0)
      .max(overlapMsMax)
      .default(dayMs)
      .describe("How long what it was before still counts, in ms; at most 30 days. 0: it ends at once."),
    expiresAt: Time.nullable().optional().describe("Its new end, in ms since 1970; null: never. Left out: as before."),
  }),
  output: ShownToken,
  async decide({ token: id, overlapMs, expiresAt }, ctx) {
    const row = await findAdminToken(ctx, id);
    const now = ctx.now();
    if (row.revokedAt !== null) throw over(row, "was revoked");
    if (expiresAt === undefined && row.expiresAt !== null && row.expiresAt <= now) throw over(row, "has ended");
    refuseMoreScopes(ctx.actor, await allowedBy(ctx, row), () => "/token");
    const { token, hash, hint } = await ctx.keys.makeToken();
    const end = await boundEnd(ctx, expiresAt === undefined ? row.expiresAt : expiresAt);
    const rotated = { hash, hint, previousHash: row.hash, previousEndsAt: now + overlapMs, expiresAt: end };
    const next = revise(row, rotated, now) ?? row;
    return {
      target: { kind: "admin-token", id: row.id, edition: row.edition },
      before: adminTokenOf(row),
      after: adminTokenOf(next),
      output: { ...adminTokenOf(next), token },
      statements: [
        ctx.db
          .update(adminTokens)
          .set({ ...rotated, ...stampsOf(next) })
          .where(eq(adminTokens.id, row.id)),
      ],
    };
  },
});

/** What its holder may do now: who rotates it holds it. */
async function allowedBy({ db }: Context, row: AdminTokenRow): Promise<string[]> {
  if (row.admin === null) return scopesOf(row);
  const [admin] = await db.select({ role: admins.role }).from(admins).where(eq(admins.id, row.admin));
  return admin === undefined ? scopesOf(row) : inBoth(scopesOf(row), roleScopes[admin.role]);
}

function stampsOf({ edition, updatedAt }: AdminTokenRow) {
  return { edition, updatedAt };
}

function over({ name }: AdminTokenRow, what: string): Problem {
  return new Problem("state-conflict", { detail: `The token ${name} ${what}. Make a new one.` });
}
