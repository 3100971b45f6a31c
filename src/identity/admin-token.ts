import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import * as z from "zod";
import { admins, adminTokens } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Actor, Context } from "../actions/context.ts";
import { Name, stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { inBoth, roleScopes } from "../actions/scope.ts";
import { Role } from "../model/role.ts";

export const tokenRef = { token: z.string().min(1).max(100).describe("Id of the token; never the token itself.") };

/** A token as it may be shown. The token itself is shown once, when it is created or rotated. */
export const AdminToken = z.object({
  ...stamped,
  name: Name,
  admin: z.string().nullable().describe("Id of the admin whose token it is; null: a service token."),
  hint: z.string().describe("Its first characters, to tell one's tokens apart."),
  role: Role.nullable().describe("The role whose scopes it has; null: scopes were named."),
  scopes: z
    .array(z.string())
    .describe(
      "What its holder may do; * is everything in the workspace. An admin's token never allows more than the admin's role.",
    ),
  expiresAt: z.int().nullable().describe("When it ends, in ms since 1970; null: never."),
  revokedAt: z.int().nullable().describe("When it was revoked, in ms since 1970."),
  lastUsedAt: z.int().nullable().describe("When it was last used, in ms since 1970, to ten minutes; null: never."),
  previousEndsAt: z
    .int()
    .nullable()
    .describe("Until when what was rotated out counts beside it, in ms since 1970; null: it was never rotated."),
});
export type AdminToken = z.output<typeof AdminToken>;

/** What is shown once. */
export const ShownToken = z.object({
  ...AdminToken.shape,
  token: z.string().describe("The token. It is not stored and cannot be shown again."),
});

export type AdminTokenRow = typeof adminTokens.$inferSelect;

export function adminTokenOf(row: AdminTokenRow): AdminToken {
  const { workspace, hash, previousHash, ...shown } = row;
  void [workspace, hash, previousHash];
  return { ...shown, scopes: scopesOf(row) };
}

/** What a token allows, the role of its admin aside. */
export function scopesOf({ role, scopes }: Pick<AdminTokenRow, "role" | "scopes">): string[] {
  return role === null ? scopes : [...roleScopes[role]];
}

export async function findAdminToken(ctx: Reader, id: string): Promise<AdminTokenRow> {
  const rows = await ctx.db
    .select()
    .from(adminTokens)
    .where(and(eq(adminTokens.workspace, ctx.workspace), eq(adminTokens.id, id)));
  return onlyRow(rows, id, "admin token");
}

/** How exactly the last use is known: a write a call would be too many. */
const lastUsedToMs = 600_000;

/** Who holds the token with this hash; null if it is unknown, revoked or over. */
export async function findHolder(ctx: Pick<Context, "db" | "now">, hash: string): Promise<Actor | null> {
  const now = ctx.now();
  const rotatedOut = and(eq(adminTokens.previousHash, hash), gt(adminTokens.previousEndsAt, now));
  const [found] = await ctx.db
    .select({ row: adminTokens, adminRole: admins.role })
    .from(adminTokens)
    .leftJoin(admins, eq(admins.id, adminTokens.admin))
    .where(or(eq(adminTokens.hash, hash), rotatedOut));
  if (found === undefined) return null;
  const { row, adminRole } = found;
  if (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return null;
  await noteUse(ctx, row);
  const workspace = row.workspace === platformWorkspace ? null : row.workspace;
  const scopes = scopesOf(row);
  if (row.admin === null || adminRole === null) return { kind: "token", id: row.id, workspace, scopes, token: row.id };
  return { kind: "person", id: row.admin, workspace, scopes: inBoth(scopes, roleScopes[adminRole]), token: row.id };
}

async function noteUse({ db, now }: Pick<Context, "db" | "now">, row: AdminTokenRow): Promise<void> {
  const old = now() - lastUsedToMs;
  if (row.lastUsedAt !== null && row.lastUsedAt >= old) return;
  await db
    .update(adminTokens)
    .set({ lastUsedAt: now() })
    .where(and(eq(adminTokens.id, row.id), or(isNull(adminTokens.lastUsedAt), lt(adminTokens.lastUsedAt, old))));
}
