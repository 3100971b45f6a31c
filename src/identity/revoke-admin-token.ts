import { eq } from "drizzle-orm";
import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import { AdminToken, adminTokenOf, findAdminToken, tokenRef } from "./admin-token.ts";

export const revokeAdminToken = defineAction({
  name: "revoke-admin-token",
  summary: "Revokes an admin token for good, at once.",
  scope: "tokens:write",
  input: z.strictObject({ ...tokenRef }),
  output: AdminToken,
  async decide(input, ctx) {
    const row = await findAdminToken(ctx, input.token);
    const target = { kind: "admin-token", id: row.id, edition: row.edition };
    const next = revise(row, { revokedAt: row.revokedAt ?? ctx.now() }, ctx.now());
    if (next === null) return { unchanged: true, target, output: adminTokenOf(row) };
    const { revokedAt, edition, updatedAt } = next;
    return {
      target,
      before: adminTokenOf(row),
      after: adminTokenOf(next),
      output: adminTokenOf(next),
      statements: [ctx.db.update(adminTokens).set({ revokedAt, edition, updatedAt }).where(eq(adminTokens.id, row.id))],
    };
  },
});
