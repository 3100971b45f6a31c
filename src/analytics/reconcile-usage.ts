import { sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { usageTotals } from "../../schema/analytics.ts";
import { defineQuery } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { pageOf, Ref, Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { unknownCursor } from "../actions/paging.ts";
import { notFound } from "../actions/rows.ts";
import { chunks } from "../model/chunks.ts";
import { parseLedgerName } from "../model/ledger/name.ts";
import { addReconciliations, type HourRange, type Reconciliation } from "../model/ledger/reconciliation.ts";
import { anApplication, applicationLedgers } from "./application-ledgers.ts";
import { keptMs, tooEarly } from "./kept.ts";

const hourMs = 3_600_000;
/** Hours that a ledger is asked to compare at once, if it can: it admits no call while it adds them up. */
const stretchHours = 6;
/** Ledgers that are at it at the same time: all of them ask the same database. */
const atOnce = 5;
/** Names of ledgers that a page looks at, to find those with usage in these hours. */
const lookedAtMax = 500;

const amount = z.int().min(0);
const counts = z.object({ calls: amount, units: amount });
const difference = z.object({
  hours: amount.describe("Hours that differ."),
  calls: amount.describe("Calls by which they differ, hour by hour, more or less."),
  units: amount.describe("Units, likewise."),
});

export const ReconciledLedger = z.object({
  ledger: z.string().describe("Name of the ledger."),
  environment: z.string().describe("Id of its environment."),
  application: z
    .string()
    .nullable()
    .describe("Id of the application whose calls it counts; null: nobody's in particular."),
  api: z.string().nullable().describe("Id of the API whose calls of nobody in particular it counts."),
  hours: amount.describe("Hours that were compared: those in which either side has anything."),
  counted: counts.describe("What the ledger has counted in them."),
  stored: counts.describe("What the stored totals said of them before."),
  before: difference.describe("How the two differed."),
  repaired: amount.describe("Hours that the ledger has sent again."),
  after: difference.describe("How they differ now. Of what only the totals have, the ledger cannot send anything."),
});
export type ReconciledLedger = z.output<typeof ReconciledLedger>;

export const reconcileUsage = defineQuery({
  name: "reconcile-usage",
  summary:
    "Compares what ledgers have counted in the last 48 hours with the stored totals, has them send again what differs, and compares once more.",
  scope: "usage:write",
  input: z.strictObject({
    application: Ref.optional().describe(
      "Only the ledgers of this application, also those without totals: its id, slug, or team/slug. All ledgers that totals name if left out.",
    ),
    from: Time.optional().describe(
      "Begin of the range, in ms since 1970; rounded down to an hour. 48 hours ago if left out, and no earlier.",
    ),
    to: Time.optional().describe("End of the range, itself outside; rounded up to an hour. Now if left out."),
    limit: z.coerce.number().int().min(1).max(50).default(20).describe("Most ledgers to compare at once."),
    cursor: z.string().max(400).optional().describe("Where the page before ended; leave it out for the first."),
  }),
  output: pageOf(ReconciledLedger),
  async read({ application, from, to, limit, cursor }, ctx) {
    const range = rangeOf(from, to, ctx.now());
    if (cursor !== undefined && parseLedgerName(cursor)?.workspace !== ctx.workspace) throw unknownCursor();
    const page =
      application === undefined
        ? await ledgersInTotals(ctx, range, { limit, after: cursor ?? "" })
        : await ledgersOf(ctx, application, range);
    const items: ReconciledLedger[] = [];
    for (const some of chunks(page.ledgers, atOnce)) {
      items.push(...(await Promise.all(some.map((ledger) => reconcile(ctx, ledger, range)))));
    }
    return { items, cursor: page.cursor };
  },
});

interface Ledgers {
  readonly ledgers: readonly string[];
  readonly cursor: string | null;
}

function rangeOf(from: number | undefined, to: number | undefined, now: number): HourRange {
  const end = to ?? now + 1;
  const begin = from ?? now - keptMs;
  if (begin < now - keptMs) throw tooEarly("leave it out");
  if (end <= begin) {
    throw inputInvalid([{ pointer: "/to", message: "It ends before it begins.", severity: "error" }]);
  }
  return { from: Math.floor(begin / hourMs), to: Math.ceil(end / hourMs) };
}

/** There is one an environment: no page is too small for them. Throws `resource-not-found`. */
async function ledgersOf(ctx: Context, ref: string, { from }: HourRange): Promise<Ledgers> {
  const ledgers = await applicationLedgers(ctx, (await anApplication(ctx, ref)) ?? ref, from);
  if (ledgers.length === 0) throw notFound("application", ref);
  return { ledgers, cursor: null };
}

/** Those with totals in these hours, by name. */
async function ledgersInTotals(
  { db, workspace }: Context,
  { from, to }: HourRange,
  { limit, after }: { readonly limit: number; readonly after: string },
): Promise<Ledgers> {
  // One step in the index a ledger, however many totals it has: they would all be read to tell sources apart.
  const next = (than: SQL): SQL =>
    sql`(select min(source) from ${usageTotals} where workspace = ${workspace} and source > ${than})`;
  const rows = await db.all<{ readonly source: string; readonly used: number }>(sql`
    with recursive found (source) as (
      select ${next(sql`${after}`)}
      union all select ${next(sql`found.source`)} from found where found.source is not null limit ${lookedAtMax})
    select source, exists (select 1 from ${usageTotals} as own
      where own.source = found.source and own.hour >= ${from} and own.hour < ${to}) as used
    from found where source is not null`);
  const used = rows.filter(({ source, used: isUsed }) => isUsed === 1 && parseLedgerName(source) !== null);
  const ledgers = used.slice(0, limit).map(({ source }) => source);
  if (used.length > limit) return { ledgers, cursor: ledgers.at(-1) ?? null };
  return { ledgers, cursor: rows.length < lookedAtMax ? null : (rows.at(-1)?.source ?? null) };
}

async function reconcile(ctx: Context, ledger: string, range: HourRange): Promise<ReconciledLedger> {
  let all: Reconciliation | null = null;
  for (let from = range.from; from < range.to; from = all.to) {
    const part = await ctx.ledgers.reconcile(ledger, { from, to: Math.min(range.to, from + stretchHours) });
    all = all === null ? part : addReconciliations(all, part);
  }
  if (all === null) throw new Error("a range has at least one hour");
  const { to: _to, ledger: counted, database: stored, ...rest } = all;
  const { subject, environment = "", id = "" } = parseLedgerName(ledger) ?? {};
  return {
    ledger,
    environment,
    application: subject === "app" ? id : null,
    api: subject === "api" ? id : null,
    counted,
    stored,
    ...rest,
  };
}
