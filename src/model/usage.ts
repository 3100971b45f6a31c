/**
 * @module Usage: what a call consumed, recorded once, when its body ends or its caller is gone.
 *
 * One shape goes to Analytics Engine (a point a call) and, cut into {@link UsageCell}s, through the ledger into exact
 * totals. Pure: no clock, no I/O.
 */

/** Upper bounds in ms of the latency histogram's buckets; the last bucket holds the rest. */
export const latencyBoundsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

const noLatencies: readonly number[] = [...latencyBoundsMs, 0].map(() => 0);

export type StatusClass = "2xx" | "3xx" | "4xx" | "5xx";

/** A finished call. Times are ms; bytes count bodies as they passed the gateway; `upstreamMs` is 0 if none was called. */
export interface Usage {
  readonly callId: string;
  readonly at: number;
  readonly workspace: string;
  readonly environment: string;
  readonly api: string;
  /** Its id, which outlasts its name; the name that was called where there is no such version. */
  readonly version: string;
  /** What it was called by then. */
  readonly versionName: string;
  readonly operation: string;
  readonly organization: string;
  readonly application: string;
  readonly subscription: string;
  readonly credential: string;
  readonly method: string;
  readonly status: number;
  readonly problem: string;
  /** Binding (policy id) that refused, or empty. */
  readonly refusedBy: string;
  readonly cache: "" | "hit" | "miss" | "stale" | "revalidated" | "bypass";
  readonly colo: string;
  readonly country: string;
  readonly units: number;
  readonly durationMs: number;
  readonly upstreamMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Let through by `onFailure: allow` while the ledger could not be reached. */
  readonly ungoverned: boolean;
  /** The caller left before the body ended. */
  readonly aborted: boolean;
}

/**
 * What cells are told apart by, besides the minute. `meter` is `calls` for admitted calls, `ungoverned` for those that were let
 * through while their ledger could not be reached, and `refused` for the rest.
 */
export interface UsageKey {
  readonly subscription: string;
  readonly application: string;
  readonly api: string;
  readonly version: string;
  readonly operation: string;
  readonly meter: string;
}

/** Counts of one key in one minute (epoch minutes). `histogram[i]` counts calls within `latencyBoundsMs[i]`. */
export interface UsageCell extends UsageKey {
  readonly minute: number;
  readonly versionName: string;
  calls: number;
  units: number;
  classes: Record<StatusClass, number>;
  histogram: number[];
}

export function statusClass(status: number): StatusClass {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}

/** The index in {@link latencyBoundsMs} of the bucket that holds `durationMs`. */
export function latencyBucket(durationMs: number): number {
  const index = latencyBoundsMs.findIndex((bound) => durationMs <= bound);
  return index === -1 ? latencyBoundsMs.length : index;
}

export function usageCellId(cell: UsageKey & { readonly minute: number }): string {
  return cellIdOf(cell, cell.minute, cell.meter);
}

/** The same without the minute. */
export function usageKeyId(key: UsageKey): string {
  const id = cellIdOf(key, 0, key.meter);
  return id.slice(id.indexOf("\n") + 1);
}

function cellIdOf(cell: Omit<UsageKey, "meter">, minute: number, meter: string): string {
  // Ids and names hold no control characters, so that this one keeps the parts apart.
  return `${minute}\n${cell.subscription}\n${cell.application}\n${cell.api}\n${cell.version}\n${cell.operation}\n${meter}`;
}

/** Adds `part` to `total` in place. Both must have the same key and minute; a version renamed within it keeps its first name. */
export function addCell(total: UsageCell, part: UsageCell): void {
  total.calls += part.calls;
  total.units += part.units;
  for (const key of Object.keys(total.classes) as StatusClass[]) total.classes[key] += part.classes[key];
  part.histogram.forEach((count, index) => (total.histogram[index] = (total.histogram[index] ?? 0) + count));
}

/** The id of the cell to which a finished call belongs. */
export const cellIdOfUsage = (usage: Usage): string => cellIdOf(usage, minuteOf(usage), meterOf(usage));

const minuteOf = (usage: Usage): number => Math.floor(usage.at / 60_000);
function meterOf({ refusedBy, ungoverned }: Usage): "calls" | "ungoverned" | "refused" {
  if (refusedBy !== "") return "refused";
  return ungoverned ? "ungoverned" : "calls";
}

/** Adds one call to its cell, as `addCell` of its `cellOf` would. */
export function addUsage(total: UsageCell, usage: Usage): void {
  const bucket = latencyBucket(usage.durationMs);
  total.calls += 1;
  total.units += usage.units;
  total.classes[statusClass(usage.status)] += 1;
  total.histogram[bucket] = (total.histogram[bucket] ?? 0) + 1;
}

/** A finished call as the one cell it adds. Refused calls are told apart, so that only admitted ones are ever billed. */
export function cellOf(usage: Usage): UsageCell {
  const histogram = noLatencies.slice();
  histogram[latencyBucket(usage.durationMs)] = 1;
  const classes: Record<StatusClass, number> = { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0 };
  classes[statusClass(usage.status)] = 1;
  return {
    minute: minuteOf(usage),
    subscription: usage.subscription,
    application: usage.application,
    api: usage.api,
    version: usage.version,
    versionName: usage.versionName,
    operation: usage.operation,
    meter: meterOf(usage),
    calls: 1,
    units: usage.units,
    classes,
    histogram,
  };
}
