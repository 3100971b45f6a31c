import * as z from "zod";
import { latencyPercentile } from "./latency-percentile.ts";

/** What usage can be told apart by, besides the time. */
export const dimensionNames = [
  "environment",
  "api",
  "version",
  "operation",
  "application",
  "subscription",
  "meter",
] as const;
export type Dimension = (typeof dimensionNames)[number];

/** Every dimension with what it is given. */
export function byDimension<Value>(valueOf: (name: Dimension) => Value): Record<Dimension, Value> {
  return Object.fromEntries(dimensionNames.map((name) => [name, valueOf(name)])) as Record<Dimension, Value>;
}

function idOf(name: Dimension): string {
  return name === "version" ? "Name of the version when it was called" : `Id of the ${name}`;
}

const counter = z.int().describe("Calls of this class.");

export const UsageRow = z.object({
  from: z
    .int()
    .nullable()
    .describe("Begin of the period, in ms since 1970; null where usage is not told apart by time."),
  ...byDimension((name) =>
    z
      .string()
      .optional()
      .describe(`${idOf(name)}, if grouped by it.`),
  ),
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

/** Which usage to answer. Times are ms since 1970. */
export interface UsageQuestion {
  readonly from: number;
  readonly to: number;
  readonly by: readonly Dimension[];
  readonly limit: number;
  readonly filters: Readonly<Partial<Record<Dimension, string | undefined>>>;
}

export interface UsageAnswer {
  readonly items: UsageRow[];
  readonly complete: boolean;
}

/** Sums of one period, as they were read. */
export interface UsageSums extends Pick<UsageRow, "from" | "calls" | "units" | "classes"> {
  readonly key: Readonly<Partial<Record<Dimension, string>>>;
  readonly histogram: readonly number[];
}

export function usageRow({ from, key, calls, units, classes, histogram }: UsageSums): UsageRow {
  return {
    from,
    ...key,
    calls,
    units,
    classes,
    latency: {
      p50: latencyPercentile(histogram, 0.5),
      p95: latencyPercentile(histogram, 0.95),
      p99: latencyPercentile(histogram, 0.99),
    },
  };
}
