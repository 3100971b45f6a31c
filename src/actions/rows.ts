/** @module Rows of the Context's workspace: the two reads that every resource has. Both filter by workspace, always. */
import { and, asc, eq, gt, or, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { Problem } from "../model/problem.ts";
import type { Context } from "./context.ts";
import { toPage } from "./fields.ts";

/** What reading takes: the database and the workspace to filter by. */
export type Reader = Pick<Context, "db" | "workspace">;

type Owned = SQLiteTable & { readonly id: SQLiteColumn; readonly workspace: SQLiteColumn };
type Named = Owned & { readonly slug: SQLiteColumn };

/** The row of that id or slug. Throws `resource-not-found`, also for what another workspace has. */
export async function findRow<Table extends Named>(
  ctx: Reader,
  table: Table,
  ref: string,
  noun: string,
  where?: SQL,
): Promise<Table["$inferSelect"]> {
  const named = and(eq(table.workspace, ctx.workspace), or(eq(table.id, ref), eq(table.slug, ref)), where);
  const rows = await selectRows(ctx, table, named).limit(2);
  return onlyRow(rows, ref, noun);
}

/** The one row found. Slugs that are unique only within their owner may name two: then the caller must be exact. */
export function onlyRow<Row>(rows: readonly Row[], ref: string, noun: string): Row {
  const [row, other] = rows;
  if (row === undefined) throw notFound(noun, ref);
  if (other !== undefined) {
    throw new Problem("state-conflict", { detail: `More than one ${noun} is called ${ref}. Name it by its id.` });
  }
  return row;
}

export function notFound(noun: string, ref: string): Problem {
  return new Problem("resource-not-found", { detail: `There is no ${noun} ${ref} in this workspace.` });
}

/** `in` with one parameter, however many values: D1 binds 100. */
export function isAmong(column: SQLiteColumn, values: readonly string[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;
}

/** A page of the workspace's rows in order of creation (ids sort by time). */
export async function listRows<Table extends Owned, Item>(
  ctx: Reader,
  table: Table,
  page: { readonly limit: number; readonly cursor?: string | undefined },
  toItem: (row: Table["$inferSelect"]) => Item,
  where?: SQL,
): Promise<{ items: Item[]; cursor: string | null }> {
  const after = and(eq(table.workspace, ctx.workspace), gt(table.id, page.cursor ?? ""), where);
  const rows = await selectRows(ctx, table, after)
    .orderBy(asc(table.id))
    .limit(page.limit + 1);
  return toPage(rows as (Table["$inferSelect"] & { id: string })[], page.limit, toItem);
}

function selectRows(ctx: Reader, table: SQLiteTable, where: SQL | undefined) {
  return ctx.db.select().from(table).where(where).$dynamic();
}
