import { eq, and, ne, sql } from "drizzle-orm";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { settings, workspaces } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Guard } from "../actions/decision.ts";
import { Name, Slug, stamped } from "../actions/fields.ts";
import { notFound } from "../actions/rows.ts";
import type { Problem } from "../model/problem.ts";
import { settingsOf, type Settings } from "./settings.ts";

export const workspaceRef = { workspace: Slug.describe("Id of the workspace.") };

export const Workspace = z.object({ ...stamped, name: Name });
export type Workspace = z.output<typeof Workspace>;

export type WorkspaceRow = typeof workspaces.$inferSelect;

/** Any workspace but the platform's own. */
export async function findWorkspace(ctx: Pick<Context, "db">, id: string): Promise<WorkspaceRow> {
  const [row] = await ctx.db
    .select()
    .from(workspaces)
    .where(and(eq(workspaces.id, id), ne(workspaces.id, platformWorkspace)));
  if (row === undefined) throw notFound("workspace", id);
  return row;
}

/**
 * That the workspace's row is as it was read. Two chains write it, its own and the platform's, and neither tells of the other:
 * a file may rename its workspace, and so may whoever manages all of them.
 */
export function unchangedWorkspace({ id, edition }: Pick<WorkspaceRow, "id" | "edition">, problem: Problem): Guard {
  return {
    holds: sql`select ${workspaces.edition} = ${edition} from ${workspaces} where ${workspaces.id} = ${id}`,
    problem,
  };
}

/** Whether there ever was such a workspace: its trail stays when it is deleted. */
export async function hasTrail({ db }: Pick<Context, "db">, id: string): Promise<boolean> {
  const rows = await db.select({ sequence: audit.sequence }).from(audit).where(eq(audit.workspace, id)).limit(1);
  return rows.length > 0;
}

/** How a workspace to act in is managed, or null if there is none. */
export async function openWorkspace({ db }: Pick<Context, "db">, id: string): Promise<Settings | null> {
  const [row] = await db
    .select({ id: workspaces.id, settings })
    .from(workspaces)
    .leftJoin(settings, eq(settings.workspace, workspaces.id))
    .where(eq(workspaces.id, id));
  return row === undefined ? null : settingsOf(row.settings ?? undefined);
}
