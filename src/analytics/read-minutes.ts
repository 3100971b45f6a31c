import { and, eq } from "drizzle-orm";
import { subscriptions } from "../../schema/consumers.ts";
import type { Context } from "../actions/context.ts";
import { inputInvalid } from "../actions/input.ts";
import { parseLedgerName } from "../model/ledger/name.ts";
import type { MinuteUsage, MinutesQuestion } from "../model/ledger/usage-minutes.ts";
import { applicationLedgers } from "./application-ledgers.ts";
import { keptMs, tooEarly } from "./kept.ts";
import { usageRow, type Dimension, type UsageAnswer, type UsageQuestion, type UsageSums } from "./usage-row.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Usage by the minute, from the ledgers of one application. Throws `input-invalid` where none is named, or for what is gone. */
export async function readMinutes(ctx: Context, { from, to, by, limit, filters }: UsageQuestion): Promise<UsageAnswer> {
  const { environment, ...where } = filters;
  if (where.application === undefined && where.subscription === undefined) throw nobodyNamed();
  if (from < ctx.now() - keptMs) throw tooEarly("ask per hour");
  const application = where.application ?? (await subscriber(ctx, where.subscription ?? ""));
  const ledgers = application === null ? [] : await applicationLedgers(ctx, application, Math.floor(from / hourMs));
  const question: MinutesQuestion = {
    from: Math.floor(from / minuteMs),
    to: Math.ceil(to / minuteMs),
    by: by.filter((name) => name !== "environment"),
    where: Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)),
    limit: limit + 1,
  };
  const asked = ledgers.filter((ledger) => environment === undefined || environmentOf(ledger) === environment);
  const parts = await Promise.all(asked.map((ledger) => readLedger(ctx, ledger, question, by)));
  const rows = merge(parts.flat(), by);
  return { items: rows.slice(0, limit).map(usageRow), complete: rows.length <= limit };
}

const environmentOf = (ledger: string): string => parseLedgerName(ledger)?.environment ?? "";

async function subscriber(ctx: Context, id: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ application: subscriptions.application })
    .from(subscriptions)
    .where(and(eq(subscriptions.workspace, ctx.workspace), eq(subscriptions.id, id)));
  return row?.application ?? null;
}

/** As many as are enough, or all: whichever ledger has more to say, what comes before that is whole. */
async function readLedger(
  ctx: Context,
  ledger: string,
  question: MinutesQuestion,
  by: readonly Dimension[],
): Promise<UsageSums[]> {
  const found: MinuteUsage[] = [];
  let next: number | null = question.from;
  while (next !== null && found.length < question.limit) {
    const answer = await ctx.ledgers.minutes(ledger, { ...question, from: next });
    found.push(...answer.items);
    next = answer.next;
  }
  const place = by.includes("environment") ? { environment: environmentOf(ledger) } : {};
  return found.map(({ minute, key, ...sums }) => ({ ...sums, from: minute * minuteMs, key: { ...place, ...key } }));
}

/** What several ledgers have counted of one thing in one minute is one row; rows come as D1 would order them. */
function merge(parts: readonly UsageSums[], by: readonly Dimension[]): UsageSums[] {
  const place = ({ from, key }: UsageSums) => [from, ...by.map((name) => key[name] ?? "")];
  const groups = Map.groupBy(parts, (part) => JSON.stringify(place(part)));
  const rows = [...groups.values()].map((group) => group.reduce(add));
  return rows.sort((a, b) => compare(place(a), place(b)));
}

function add(one: UsageSums, other: UsageSums): UsageSums {
  const histogram = one.histogram.length < other.histogram.length ? other.histogram : one.histogram;
  return {
    ...one,
    calls: one.calls + other.calls,
    units: one.units + other.units,
    classes: {
      "2xx": one.classes["2xx"] + other.classes["2xx"],
      "3xx": one.classes["3xx"] + other.classes["3xx"],
      "4xx": one.classes["4xx"] + other.classes["4xx"],
      "5xx": one.classes["5xx"] + other.classes["5xx"],
    },
    histogram: histogram.map((_, index) => (one.histogram[index] ?? 0) + (other.histogram[index] ?? 0)),
  };
}

function compare(a: readonly (string | number | null)[], b: readonly (string | number | null)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? "";
    if (one === other) continue;
    return (one ?? "") < other ? -1 : 1;
  }
  return 0;
}

function nobodyNamed() {
  const message =
    "Minutes stay where calls are counted, in an application's ledgers. Name an application or a subscription, or ask per hour.";
  return inputInvalid([{ pointer: "/application", message, severity: "error" }]);
}
