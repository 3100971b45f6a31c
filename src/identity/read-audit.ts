import { and, asc, between, desc, eq, gt, gte, lt, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { audit } from "../../schema/actions.ts";
import { auditColumns, auditEntry } from "../actions/audit-entry.ts";
import type { pageOf } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import type { Reader } from "../actions/rows.ts";
import type { AuditEntry } from "../model/audit-chain.ts";

const word = z.string().min(1).max(100).optional();
const time = z.coerce
  .number({ error: "Write a time in ms since 1970, such as 1764115200000." })
  .int()
  .min(0)
  .optional();

/** What a trail is asked with. The cursor is the sequence of the last entry that was shown. */
export const auditInput = {
  target: word.describe("Only changes of this: its id."),
  targetKind: word.describe("Only changes of this kind, such as version."),
  action: word.describe("Only this action, such as publish-version."),
  actor: word.describe("Only changes by this token or person: its id."),
  request: word.describe("Only what this management request did: its id."),
  search: word.describe(
    "Only entries that hold this text in what they changed, before or after; A to Z are found in either case.",
  ),
  from: time.describe("Only since then, in ms since 1970."),
  to: time.describe("Only before then, in ms since 1970."),
  order: z.enum(["newest", "oldest"]).default("newest").describe("Which comes first."),
  limit: z.coerce.number().int().min(1).max(1_000).default(50).describe("Most entries to answer."),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, "This is no cursor of an audit trail. Send back the one that a page ended with.")
    .optional()
    .describe(paged.cursor.description ?? ""),
};

type AuditQuestion = z.output<z.ZodObject<typeof auditInput>>;

/** Characters of before and after that a page holds: entries may be large, an isolate is not. */
const pageCharsMax = 4_000_000;

/** A page of the trail of the Context's workspace. */
export async function readAudit(
  ctx: Reader,
  question: AuditQuestion,
): Promise<z.output<ReturnType<typeof pageOf<typeof AuditEntry>>>> {
  const { order, limit, cursor } = question;
  const isOldest = order === "oldest";
  const beyond = cursor === undefined ? undefined : (isOldest ? gt : lt)(audit.sequence, Number(cursor));
  // A row whose number is none has no place in the chain: its entry is missing there.
  const placed = sql`typeof(${audit.sequence}) = 'integer'`;
  const wanted = and(eq(audit.workspace, ctx.workspace), placed, beyond, ...conditionsOf(question));
  const there = await ctx.db
    .select({ sequence: audit.sequence, chars: sql<number>`${length(audit.before)} + ${length(audit.after)}` })
    .from(audit)
    .where(wanted)
    .orderBy((isOldest ? asc : desc)(audit.sequence))
    .limit(limit + 1);
  let chars = 0;
  // One that is too large alone is shown all the same: else nothing after it could be.
  const fitting = there.slice(0, limit).filter((row, index) => (chars += row.chars) <= pageCharsMax || index === 0);
  const [first, last] = [fitting[0], fitting.at(-1)];
  if (first === undefined || last === undefined) return { items: [], cursor: null };
  const ends = [first.sequence, last.sequence];
  const rows = await ctx.db
    .select(auditColumns)
    .from(audit)
    .where(and(wanted, between(audit.sequence, Math.min(...ends), Math.max(...ends))))
    .orderBy((isOldest ? asc : desc)(audit.sequence));
  return { items: rows.map(auditEntry), cursor: there.length > fitting.length ? String(last.sequence) : null };
}

const length = (state: SQLiteColumn): SQL => sql`coalesce(length(${state}), 0)`;

function conditionsOf({ target, targetKind, action, actor, request, search, from, to }: AuditQuestion): SQL[] {
  const equal = [
    [audit.target, target],
    [audit.targetKind, targetKind],
    [audit.action, action],
    [audit.actor, actor],
    [audit.requestId, request],
  ] as const;
  const wanted = search === undefined ? undefined : asStored(search);
  return [
    ...equal.flatMap(([column, value]) => (value === undefined ? [] : [eq(column, value)])),
    ...(from === undefined ? [] : [gte(audit.at, from)]),
    ...(to === undefined ? [] : [lt(audit.at, to)]),
    ...(wanted === undefined
      ? []
      : [sql`instr(lower(coalesce(${audit.before}, '') || ' ' || coalesce(${audit.after}, '')), ${wanted}) > 0`]),
  ];
}

/** As it stands within a JSON text in lower case, as SQLite's `lower` makes it: of ASCII alone. */
function asStored(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
