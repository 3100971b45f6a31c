import { and, eq, gte, lt, or, sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { usageTotals } from "../../schema/analytics.ts";
import { defineQuery } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { latencyBoundsMs } from "../model/usage.ts";
import { anApplication } from "./application-ledgers.ts";
import { readMinutes } from "./read-minutes.ts";
import {
  byDimension,
  dimensionNames,
  UsageRow,
  usageRow,
  type Dimension,
  type UsageAnswer,
  type UsageQuestion,
} from "./usage-row.ts";

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const periodHours = { hour: 1, day: 24 } as const;

/** Versions go by the name that they were called by then: of those that are gone, nothing else is known. */
const versionName = sql<string>`coalesce(nullif(${usageTotals.versionName}, ''), ${usageTotals.version})`;

const dimensions = {
  environment: usageTotals.environment,
  api: usageTotals.api,
  version: versionName,
  operation: usageTotals.operation,
  application: usageTotals.application,
  subscription: usageTotals.subscription,
  meter: usageTotals.meter,
} as const satisfies Record<Dimension, unknown>;

const filter = z.string().min(1).max(200).optional();
const time = z.coerce
  .number({ error: "Write a time in ms since 1970, such as 1764115200000." })
  .int()
  .min(0)
  .optional();

const named: Partial<Record<Dimension, string>> = {
  version: "its name or id",
  application: "its id, slug, or team/slug",
};

/** `by=api,version` of a query string, or a list. */
const By = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value.split(",").filter((part) => part !== "") : value))
  .pipe(z.array(z.enum(dimensionNames)).max(dimensionNames.length));

export const listUsage = defineQuery({
  name: "list-usage",
  summary: "Answers exact usage totals of a time range, by period and by what they shall be told apart by.",
  scope: "usage:read",
  input: z.strictObject({
    from: time.describe(
      "Begin of the range, in ms since 1970; rounded down to an hour, or to a minute if asked per minute. A day before its end if left out.",
    ),
    to: time.describe(
      "End of the range, in ms since 1970, itself outside; rounded up to an hour, or to a minute if asked per minute. Now if left out.",
    ),
    per: z
      .enum(["minute", "hour", "day", "total"])
      .default("total")
      .describe(
        "Length of a period (UTC). Minutes are kept for 48 hours, where calls are counted: ask for those of one application or subscription.",
      ),
    by: By.default([]).describe("What usage is told apart by, such as api,version."),
    ...byDimension((name) => filter.describe(`Only usage of this ${name}: ${named[name] ?? "its id"}.`)),
    limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe("Most rows to answer."),
  }),
  output: z.object({
    items: z.array(UsageRow),
    complete: z.boolean().describe("false: there are more rows than were asked for."),
  }),
  async read({ from: begin, to: end, per, by, limit, ...asked }, ctx) {
    const to = end ?? ctx.now() + 1;
    const range = { from: begin ?? to - dayMs, to };
    const filters = { ...asked, application: await anApplication(ctx, asked.application) };
    const question = { ...range, by, limit, filters };
    return per === "minute" ? readMinutes(ctx, question) : readHours(ctx, { ...question, per });
  },
});

async function readHours(
  ctx: Context,
  { from, to, per, by, limit, filters }: UsageQuestion & { readonly per: "hour" | "day" | "total" },
): Promise<UsageAnswer> {
  const within = and(
    eq(usageTotals.workspace, ctx.workspace),
    gte(usageTotals.hour, Math.floor(from / hourMs)),
    lt(usageTotals.hour, Math.ceil(to / hourMs)),
    ...dimensionNames.flatMap((name) => {
      const value = filters[name];
      if (value === undefined) return [];
      const isIt = sql`${dimensions[name]} = ${value}`;
      return [name === "version" ? or(isIt, eq(usageTotals.version, value)) : isIt];
    }),
  );
  const rows = await ctx.db
    .select({ period: periodOf(per).as("period"), ...pick(by), ...sums })
    .from(usageTotals)
    .where(within)
    .groupBy(sql`period`, ...by.map((name) => dimensions[name]))
    .orderBy(sql`period`, ...by.map((name) => dimensions[name]))
    .limit(limit + 1);
  return { items: rows.slice(0, limit).map(rowOf), complete: rows.length <= limit };
}

function periodOf(per: "hour" | "day" | "total"): SQL<number | null> {
  if (per === "total") return sql`null`;
  const length = periodHours[per];
  return sql<number>`${usageTotals.hour} - ${usageTotals.hour} % ${sql.raw(String(length))}`;
}

function pick(by: readonly Dimension[]): Partial<Record<Dimension, (typeof dimensions)[Dimension]>> {
  return Object.fromEntries(by.map((name) => [name, dimensions[name]]));
}

const classSum = (name: string) => sql<number>`coalesce(sum(${usageTotals.classes} ->> ${`$."${name}"`}), 0)`;
const bucketSum = (index: number) => sql`coalesce(sum(${usageTotals.histogram} ->> ${sql.raw(`'$[${index}]'`)}), 0)`;

const sums = {
  calls: sql<number>`sum(${usageTotals.calls})`,
  units: sql<number>`sum(${usageTotals.units})`,
  "2xx": classSum("2xx"),
  "3xx": classSum("3xx"),
  "4xx": classSum("4xx"),
  "5xx": classSum("5xx"),
  /** Summed in D1, bucket by bucket: a month of hours stays one row. */
  histogram: sql<string>`json_array(${sql.join(
    Array.from({ length: latencyBoundsMs.length + 1 }, (_, index) => bucketSum(index)),
    sql`, `,
  )})`,
};

function rowOf(row: {
  readonly period: number | null;
  readonly calls: number;
  readonly units: number;
  readonly histogram: string;
  readonly [name: string]: unknown;
}): UsageRow {
  const { period, histogram, calls, units, "2xx": ok, "3xx": moved, "4xx": theirs, "5xx": ours, ...key } = row;
  return usageRow({
    from: period === null ? null : period * hourMs,
    key,
    calls,
    units,
    classes: { "2xx": Number(ok), "3xx": Number(moved), "4xx": Number(theirs), "5xx": Number(ours) },
    histogram: JSON.parse(histogram) as number[],
  });
}
