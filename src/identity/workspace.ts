import { eq, and, ne, sql } from "drizzle-orm";
import * as z from "zod";
import { workspaces } from "../../schema/workspaces.ts";
import { platformWorkspace } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Guard } from "../actions/decision.ts";
import { Name, Slug, stamped } from "../actions/fields.ts";
import { notFound } from "../actions/rows.ts";
import type { Problem } from "../model/problem.ts";

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

/** Whether there is such a workspace to act in. */
export async function workspaceExists(ctx: Pick<Context, "db">, id: string): Promise<boolean> {
  const rows = await ctx.db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, id));
  return rows.length > 0;
}
