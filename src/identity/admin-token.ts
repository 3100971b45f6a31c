import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Actor, Context } from "../actions/context.ts";
import { Name, stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";

export const tokenRef = { token: z.string().min(1).max(100).describe("Id of the token; never the token itself.") };

/** A token as it may be shown. The token itself is shown once, when it is created. */
export const AdminToken = z.object({
  ...stamped,
  name: Name,
  hint: z.string().describe("Its first characters, to tell one's tokens apart."),
  scopes: z.array(z.string()).describe("What its holder may do; * is everything in the workspace."),
  expiresAt: z.int().nullable().describe("When it ends, in ms since 1970; null: never."),
  revokedAt: z.int().nullable().describe("When it was revoked, in ms since 1970."),
});
export type AdminToken = z.output<typeof AdminToken>;

export type AdminTokenRow = typeof adminTokens.$inferSelect;

export function adminTokenOf(row: AdminTokenRow): AdminToken {
  const { id, name, hint, scopes, expiresAt, revokedAt, edition, createdAt, updatedAt } = row;
  return { id, name, hint, scopes, expiresAt, revokedAt, edition, createdAt, updatedAt };
}

export async function findAdminToken(ctx: Reader, id: string): Promise<AdminTokenRow> {
  const rows = await ctx.db
    .select()
    .from(adminTokens)
    .where(and(eq(adminTokens.workspace, ctx.workspace), eq(adminTokens.id, id)));
  return onlyRow(rows, id, "admin token");
}

/** Who holds the token with this hash; null if it is unknown, revoked or over. */
export async function findHolder(ctx: Pick<Context, "db" | "now">, hash: string): Promise<Actor | null> {
  const [row] = await ctx.db.select().from(adminTokens).where(eq(adminTokens.hash, hash));
  if (row === undefined || row.revokedAt !== null) return null;
  if (row.expiresAt !== null && row.expiresAt <= ctx.now()) return null;
  const workspace = row.workspace === platformWorkspace ? null : row.workspace;
  return { kind: "token", id: row.id, workspace, scopes: row.scopes };
}
