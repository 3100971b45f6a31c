/** @module Rows of the Context's workspace: the two reads that every resource has. Both filter by workspace, always. */
import { and, eq, or, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { Problem } from "../model/problem.ts";
import type { Context } from "./context.ts";
import { paging, type Asked, type Placed, type SortColumns } from "./paging.ts";

/** What reading takes: the database and the workspace to filter by. */
export type Reader = Pick<Context, "db" | "workspace">;

type Owned = SQLiteTable & { readonly id: SQLiteColumn; readonly workspace: SQLiteColumn };
type Listed = Owned & SortColumns;
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

/** A page of the workspace's rows, in the order that was asked for. */
export async function listRows<Table extends Listed, Item>(
  ctx: Reader,
  table: Table,
  asked: Asked,
  toItem: (row: Table["$inferSelect"]) => Item,
  where?: SQL,
): Promise<{ items: Item[]; cursor: string | null }> {
  const { where: within, orderBy, page } = paging(asked, table);
  const rows = await selectRows(ctx, table, and(eq(table.workspace, ctx.workspace), within, where))
    .orderBy(...orderBy)
    .limit(asked.limit + 1);
  return page(rows, (row) => row as Placed, toItem);
}

/** Those whose columns have the values that were asked for; what was not asked for may be anything. */
export function isExactly(
  columns: readonly (readonly [column: SQLiteColumn, value: string | undefined])[],
): SQL | undefined {
  return and(...columns.map(([column, value]) => (value === undefined ? undefined : eq(column, value))));
}

function selectRows(ctx: Reader, table: SQLiteTable, where: SQL | undefined) {
  return ctx.db.select().from(table).where(where).$dynamic();
}
