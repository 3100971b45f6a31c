import { eq } from "drizzle-orm";
import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Name } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { AdminToken, adminTokenOf, findAdminToken, tokenRef } from "./admin-token.ts";

export const updateAdminToken = defineAction({
  name: "update-admin-token",
  summary: "Renames a token. What it may do cannot be changed: make another one.",
  scope: "tokens:write",
  input: z.strictObject({ ...tokenRef, name: Name.optional() }),
  output: AdminToken,
  async decide({ token, ...fields }, ctx) {
    const row = await findAdminToken(ctx, token);
    const target = { kind: "admin-token", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: adminTokenOf(row) };
    const { name, edition, updatedAt } = next;
    return {
      target,
      before: adminTokenOf(row),
      after: adminTokenOf(next),
      output: adminTokenOf(next),
      statements: [ctx.db.update(adminTokens).set({ name, edition, updatedAt }).where(eq(adminTokens.id, row.id))],
    };
  },
});
