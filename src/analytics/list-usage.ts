import { and, eq, gte, lt, or, sql, type SQL } from "drizzle-orm";
import * as z from "zod";
import { usageTotals } from "../../schema/analytics.ts";
import { defineQuery } from "../actions/action.ts";
import { latencyBoundsMs } from "../model/usage.ts";
import { latencyPercentile } from "./latency-percentile.ts";

const minuteMs = 60_000;
const periodMinutes = { minute: 1, hour: 60, day: 1_440 } as const;

/** Versions go by the name that they were called by then: of those that are gone, nothing else is known. */
const versionName = sql<string>`coalesce(nullif(${usageTotals.versionName}, ''), ${usageTotals.version})`;

/** What usage can be told apart by, besides the time. */
const dimensions = {
  environment: usageTotals.environment,
  api: usageTotals.api,
  version: versionName,
  operation: usageTotals.operation,
  application: usageTotals.application,
  subscription: usageTotals.subscription,
  meter: usageTotals.meter,
} as const;
type Dimension = keyof typeof dimensions;
const dimensionNames = Object.keys(dimensions) as [Dimension, ...Dimension[]];

function idOf(name: Dimension): string {
  return name === "version" ? "Name of the version when it was called" : `Id of the ${name}`;
}

const filter = z.string().min(1).max(200).optional();
const time = z.coerce
  .number({ error: "Write a time in ms since 1970, such as 1764115200000." })
  .int()
  .min(0)
  .optional();
const dayMs = 86_400_000;
const counter = z.int().describe("Calls of this class.");

/** `by=api,version` of a query string, or a list. */
const By = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value.split(",").filter((part) => part !== "") : value))
  .pipe(z.array(z.enum(dimensionNames)).max(dimensionNames.length));

export const UsageRow = z.object({
  from: z
    .int()
    .nullable()
    .describe("Begin of the period, in ms since 1970; null where usage is not told apart by time."),
  ...(Object.fromEntries(
    dimensionNames.map((name) => [
      name,
      z
        .string()
        .optional()
        .describe(`${idOf(name)}, if grouped by it.`),
    ]),
  ) as Record<Dimension, z.ZodOptional<z.ZodString>>),
  calls: z.int().describe("Finished calls."),
  units: z.int().describe("Units that they consumed."),
  classes: z
    .object({ "2xx": counter, "3xx": counter, "4xx": counter, "5xx": counter })
    .describe("Calls by status class."),
  latency: z
    .object({ p50: z.number(), p95: z.number(), p99: z.number() })
    .describe("Latency in ms that half, 95 % and 99 % of the calls stayed within, by interpolation in a histogram."),
});
export type UsageRow = z.output<typeof UsageRow>;

export const listUsage = defineQuery({
  name: "list-usage",
  summary: "Answers exact usage totals of a time range, by period and by what they shall be told apart by.",
  scope: "usage:read",
  input: z.strictObject({
    from: time.describe(
      "Begin of the range, in ms since 1970; rounded down to a minute. A day before its end if left out.",
    ),
    to: time.describe("End of the range, in ms since 1970, itself outside; rounded up to a minute. Now if left out."),
    per: z.enum(["minute", "hour", "day", "total"]).default("total").describe("Length of a period (UTC)."),
    by: By.default([]).describe("What usage is told apart by, such as api,version."),
    ...(Object.fromEntries(
      dimensionNames.map((name) => [
        name,
        filter.describe(`Only usage of this ${name}: its ${name === "version" ? "name or id" : "id"}.`),
      ]),
    ) as Record<Dimension, typeof filter>),
    limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe("Most rows to answer."),
  }),
  output: z.object({
    items: z.array(UsageRow),
    complete: z.boolean().describe("false: there are more rows than were asked for."),
  }),
  async read({ from: begin, to: end, per, by, limit, ...filters }, ctx) {
    const to = end ?? ctx.now() + 1;
    const from = begin ?? to - dayMs;
    const within = and(
      eq(usageTotals.workspace, ctx.workspace),
      gte(usageTotals.minute, Math.floor(from / minuteMs)),
      lt(usageTotals.minute, Math.ceil(to / minuteMs)),
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
    return { items: rows.slice(0, limit).map(usageRow), complete: rows.length <= limit };
  },
});

function periodOf(per: "minute" | "hour" | "day" | "total"): SQL<number | null> {
  if (per === "total") return sql`null`;
  const length = periodMinutes[per];
  return sql<number>`${usageTotals.minute} - ${usageTotals.minute} % ${sql.raw(String(length))}`;
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
  /** Summed in D1, bucket by bucket: a day of minutes stays one row. */
  histogram: sql<string>`json_array(${sql.join(
    Array.from({ length: latencyBoundsMs.length + 1 }, (_, index) => bucketSum(index)),
    sql`, `,
  )})`,
};

function usageRow(row: {
  readonly period: number | null;
  readonly calls: number;
  readonly units: number;
  readonly histogram: string;
  readonly [name: string]: unknown;
}): UsageRow {
  const { period, histogram: text, calls, units, "2xx": ok, "3xx": moved, "4xx": theirs, "5xx": ours, ...named } = row;
  const histogram = JSON.parse(text) as number[];
  return {
    from: period === null ? null : period * minuteMs,
    ...(named as Partial<Record<Dimension, string>>),
    calls,
    units,
    classes: { "2xx": Number(ok), "3xx": Number(moved), "4xx": Number(theirs), "5xx": Number(ours) },
    latency: {
      p50: latencyPercentile(histogram, 0.5),
      p95: latencyPercentile(histogram, 0.95),
      p99: latencyPercentile(histogram, 0.99),
    },
  };
}
