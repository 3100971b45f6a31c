import { and, eq, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { apis, policyLists, policySets, products, upstreams } from "../../schema/catalog.ts";
import { organizations } from "../../schema/consumers.ts";
import {
  adminTokens,
  admins,
  environmentHosts,
  environments,
  secrets,
  settings,
  workspaces,
} from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Problem } from "../model/problem.ts";
import { firstWorkspace } from "./bootstrap.ts";
import { forgetPerson } from "./person.ts";
import { findWorkspace, unchangedWorkspace, workspaceRef } from "./workspace.ts";

export const deleteWorkspace = defineAction({
  name: "delete-workspace",
  summary:
    "Deletes a workspace that holds nothing any more, with its environments, admins and tokens. Its trail and its usage stay, so its id is never given again.",
  scope: "platform:write",
  realm: "platform",
  input: z.strictObject({ ...workspaceRef }),
  output: Deleted,
  async decide({ workspace }, ctx) {
    const row = await findWorkspace(ctx, workspace);
    const { id, edition } = row;
    if (id === firstWorkspace) {
      throw new Problem("state-conflict", { detail: `The workspace ${id} is the installation's own and stays.` });
    }
    refuseDependents(`The workspace ${id}`, await dependentsOf(ctx, id), "Delete what it holds first.");
    const people = await ctx.db.select({ person: admins.person }).from(admins).where(eq(admins.workspace, id));
    const change = deletion(
      { kind: "workspace", id, edition },
      row,
      [
        ctx.db.delete(adminTokens).where(eq(adminTokens.workspace, id)),
        ctx.db.delete(admins).where(eq(admins.workspace, id)),
        ...people.map(({ person }) => forgetPerson(ctx, person)),
        ctx.db.delete(settings).where(eq(settings.workspace, id)),
        ctx.db.delete(policyLists).where(eq(policyLists.workspace, id)),
        ctx.db.delete(environmentHosts).where(eq(environmentHosts.workspace, id)),
        ctx.db.delete(environments).where(eq(environments.workspace, id)),
        ctx.db.delete(workspaces).where(eq(workspaces.id, id)),
      ],
      [distribute({ policies: true })],
    );
    // The workspace's own changes stand in another chain than this one.
    const meanwhile = new Problem("state-conflict", {
      detail: `Something was changed in the workspace ${id} while it was deleted. Look at it, and decide anew.`,
    });
    return {
      ...change,
      guards: [
        unchangedWorkspace(row, meanwhile),
        {
          holds: sql`select ${sql.join(
            holding.map(({ table }) => isEmpty(table, id)),
            sql` and `,
          )}`,
          problem: meanwhile,
        },
      ],
    };
  },
});

type Owned = SQLiteTable & { readonly workspace: SQLiteColumn; readonly id: SQLiteColumn };

/** What somebody made, and would miss; with the column that people call it by. */
const holding: readonly { readonly kind: string; readonly table: Owned; readonly name: SQLiteColumn }[] = [
  { kind: "API", table: apis, name: apis.slug },
  { kind: "upstream", table: upstreams, name: upstreams.slug },
  { kind: "product", table: products, name: products.slug },
  { kind: "policy set", table: policySets, name: policySets.slug },
  { kind: "organization", table: organizations, name: organizations.slug },
  { kind: "secret", table: secrets, name: secrets.name },
];

function isEmpty(table: Owned, workspace: string): SQL {
  return sql`not exists (select 1 from ${table} where ${table.workspace} = ${workspace})`;
}

/** Of each kind as many as a refusal may name. */
async function dependentsOf({ db }: Context, workspace: string): Promise<Dependent[]> {
  const found: Dependent[] = [];
  for (const { kind, table, name } of holding) {
    const rows = await db
      .select({ id: table.id, name })
      .from(table)
      .where(and(eq(table.workspace, workspace)))
      .limit(20);
    found.push(...rows.map((row) => ({ kind, id: String(row.id), name: String(row.name) })));
  }
  return found;
}
