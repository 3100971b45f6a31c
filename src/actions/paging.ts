/**
 * @module Pages of lists: one order, one search and one cursor for all of them. A cursor holds the place at which a page ended,
 * not a count, so that what is created or deleted meanwhile shifts nothing.
 */
import { and, or, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import type { Problem } from "../model/problem.ts";
import { inputInvalid } from "./input.ts";

type Order = "createdAt" | "updatedAt" | "name";
const times = ["createdAt", "-createdAt", "updatedAt", "-updatedAt"] as const;
const Sort = z.enum([...times, "name", "-name"]);
type Sort = z.output<typeof Sort>;
const first = "What comes first: the oldest, or the smallest; the other way round with a minus.";

/** Fields by which a list is asked page by page. */
export const paged = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("Most items to answer."),
  cursor: z.string().max(2_000).optional().describe("Where the page before ended; leave it out for the first."),
  sort: z.enum(times).default("createdAt").describe(first),
};

/** The same for things that people name: they can be sorted by that, and searched. */
export const searched = {
  ...paged,
  sort: Sort.default("createdAt").describe(first),
  search: z.string().trim().min(1).max(120).optional().describe("Only those whose names hold this, in either case."),
};

export interface Asked {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort?: Sort | undefined;
  readonly search?: string | undefined;
}

/** What is sorted and searched by. Ids are in the order of creation, unless `bornAt` says when something was created. */
export interface SortColumns {
  readonly id: SQLiteColumn;
  readonly bornAt?: SQLiteColumn;
  readonly updatedAt: SQLiteColumn;
  /** What they are called, for lists of things that have names. */
  readonly name?: SQLiteColumn;
  /** Searched besides the name, and in its place where there is none. */
  readonly slug?: SQLiteColumn;
}

/** A row as far as its place in an order goes. */
export interface Placed {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly name?: string;
  readonly slug?: string;
}

/** What a page adds to a query. Ask for one row more than its limit. */
export interface Paging {
  readonly where: SQL | undefined;
  readonly orderBy: SQL[];
  /** The page, of the rows that were read. */
  readonly page: <Row, Item>(
    rows: readonly Row[],
    placeOf: (row: Row) => Placed,
    toItem: (row: Row) => Item,
  ) => { items: Item[]; cursor: string | null };
}

const Cursor = z.tuple([Sort, z.union([z.string(), z.number()]), z.string()]);

/** Throws `input-invalid` for a cursor that is none of this list in this order. */
export function paging(asked: Asked, columns: SortColumns): Paging {
  const sort = asked.sort ?? "createdAt";
  const order = sort.replace("-", "") as Order;
  const isDescending = sort.startsWith("-");
  const name = columns.name ?? columns.slug ?? columns.id;
  const by = { createdAt: columns.bornAt, updatedAt: columns.updatedAt, name: sql`${name} collate nocase` }[order];
  const direction = sql.raw(isDescending ? "desc" : "asc");
  const comparison = sql.raw(isDescending ? "<" : ">");
  const after = asked.cursor === undefined ? undefined : readCursor(asked.cursor, sort);
  const behind =
    after === undefined
      ? undefined
      : by === undefined
        ? sql`${columns.id} ${comparison} ${after.id}`
        : sql`(${by}, ${columns.id}) ${comparison} (${after.value}, ${after.id})`;
  return {
    where: and(behind, asked.search === undefined ? undefined : searchFor(asked.search, columns)),
    orderBy: [...(by === undefined ? [] : [sql`${by} ${direction}`]), sql`${columns.id} ${direction}`],
    page(rows, placeOf, toItem) {
      const shown = rows.slice(0, asked.limit);
      const last = shown.at(-1);
      const more = rows.length > asked.limit && last !== undefined;
      return { items: shown.map(toItem), cursor: more ? cursorOf(sort, order, placeOf(last)) : null };
    },
  };
}

function cursorOf(sort: Sort, order: Order, place: Placed): string {
  const value = order === "name" ? (place.name ?? place.slug ?? place.id) : place[order];
  return new TextEncoder()
    .encode(JSON.stringify([sort, value, place.id]))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

function readCursor(text: string, sort: Sort): { readonly value: string | number; readonly id: string } {
  try {
    const json = new TextDecoder().decode(Uint8Array.fromBase64(text, { alphabet: "base64url" }));
    const [sorted, value, id] = Cursor.parse(JSON.parse(json));
    if (sorted === sort) return { value, id };
  } catch {
    // The same refusal as for a cursor of another order.
  }
  throw unknownCursor();
}

/** The refusal of a cursor that is none of this list, or not any more. */
export function unknownCursor(): Problem {
  const message = "This is no cursor of this list in this order. Send the one that the page before answered, or none.";
  return inputInvalid([{ pointer: "/cursor", message, severity: "error" }]);
}

/** `like` without its wildcards. */
function searchFor(text: string, { id, name, slug }: SortColumns): SQL | undefined {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const holds = (column: SQLiteColumn): SQL => sql`${column} like ${pattern} escape '\\'`;
  return or(...[name, slug].map((column) => (column === undefined ? undefined : holds(column)))) ?? holds(id);
}
