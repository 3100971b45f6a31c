/** @module Wishes: what a file wants of one resource, beside what it is; and the rows that would make it so. */
import { getTableColumns, sql, type SQL } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { changes } from "../../schema/actions.ts";
import { apis, plans, policySets, products, upstreams, versions } from "../../schema/catalog.ts";
import { applications, organizations, subscriptions } from "../../schema/consumers.ts";
import { environments } from "../../schema/workspaces.ts";
import type { Target } from "../actions/audit.ts";
import type { Context, Touched } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { canonicalJson } from "../model/revision.ts";
import { isAmong } from "../actions/rows.ts";
import { chunks } from "../model/chunks.ts";

export interface Wish {
  /** Its place in the file's words: `apis/bookshop/versions/v1`. */
  readonly resource: string;
  /** What it is now, in the file's words; null where there is none. */
  readonly before: unknown;
  readonly after: unknown;
  /** Rows to insert, or to replace by primary key. */
  readonly rows?: readonly TableRow[];
  /** Rows that must go before any is written, by the column that names their owner: what makes room for the new ones. */
  readonly clear?: { readonly table: SQLiteTable; readonly column: SQLiteColumn; readonly owner: string };
  /** What the trail calls it, where it has no row of its own. */
  readonly target?: Target;
  /** What the edge must hear of. */
  readonly touched?: Partial<Touched>;
}

export interface TableRow {
  readonly table: SQLiteTable;
  readonly row: object;
}

/** Keeps a row with the table whose columns it has. */
export function rowOf<Table extends SQLiteTable>(table: Table, row: Table["$inferInsert"]): TableRow {
  return { table, row };
}

const kinds = new Map<SQLiteTable, string>([
  [environments, "environment"],
  [policySets, "policy-set"],
  [upstreams, "upstream"],
  [apis, "api"],
  [versions, "version"],
  [products, "product"],
  [plans, "plan"],
  [organizations, "organization"],
  [applications, "application"],
  [subscriptions, "subscription"],
]);

/** What the trail calls a wish's target: its first row, as it was; null for what is the workspace's own. */
export function targetOf({ target, rows: [first] = [] }: Wish): Target | null {
  if (target !== undefined) return target;
  if (first === undefined) return null;
  const { id, edition } = first.row as { readonly id?: string; readonly edition: number };
  const kind = kinds.get(first.table);
  return kind === undefined || id === undefined ? null : { kind, id, edition: edition - 1 };
}

/** The number that a change gets is not known before its batch runs: rows give this one where it must stand. */
export const ownSequence = -1;

/** The change's own number: its row stands before all others in the batch. */
const latestSequence = sql`(select max(${changes.sequence}) from ${changes})`;

export function isChange({ before, after }: Wish): boolean {
  return canonicalJson(before) !== canonicalJson(after);
}

/** One statement for each table that something must leave. */
export function clearRows(ctx: Pick<Context, "db">, wishes: readonly Wish[]): Statement[] {
  const columns = new Map<SQLiteColumn, { readonly table: SQLiteTable; readonly owners: string[] }>();
  for (const { clear } of wishes) {
    if (clear === undefined) continue;
    const known = columns.get(clear.column);
    if (known === undefined) columns.set(clear.column, { table: clear.table, owners: [clear.owner] });
    else known.owners.push(clear.owner);
  }
  return Array.from(columns, ([column, { table, owners }]) => ctx.db.delete(table).where(isAmong(column, owners)));
}

const rowsMax = 200;

/**
 * One statement for many rows of one table: they travel as one JSON parameter (D1 binds 100, and counts statements). Where
 * rows were cleared they are only inserted: a host that another workspace took in between is never taken from it.
 */
export function writeRows(ctx: Pick<Context, "db">, wishes: readonly Wish[]): Statement[] {
  const cleared = new Set(wishes.map(({ clear }) => clear?.table));
  const tables = new Map<SQLiteTable, object[]>();
  for (const { table, row } of wishes.flatMap(({ rows = [] }) => rows)) {
    const known = tables.get(table);
    if (known === undefined) tables.set(table, [row]);
    else known.push(row);
  }
  return [...tables].flatMap(([table, all]) =>
    chunks(all, rowsMax).map((some) => writeTable(ctx, table, some, cleared.has(table))),
  );
}

function writeTable(
  ctx: Pick<Context, "db">,
  table: SQLiteTable,
  rows: readonly object[],
  isCleared: boolean,
): Statement {
  const columns = Object.entries(getTableColumns(table));
  const values = columns.map(([field]) => {
    const value = sql`value ->> ${sql.raw(`'$.${field}'`)}`;
    return field === "sequence" ? sql`coalesce(nullif(${value}, ${ownSequence}), ${latestSequence})` : value;
  });
  const insert = ctx.db
    .insert(table)
    .select(sql`select ${sql.join(values, sql`, `)} from json_each(${JSON.stringify(rows)}) where true`);
  if (isCleared) return insert;
  const { primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.map(([, column]) => column).filter((column) => column.primary);
  const set: Record<string, SQL> = Object.fromEntries(
    columns.map(([field, column]) => [field, sql.raw(`excluded."${column.name}"`)]),
  );
  return insert.onConflictDoUpdate({ target: key, set });
}
