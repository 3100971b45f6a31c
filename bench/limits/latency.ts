import { percentile } from "../load.ts";
import type { LoggedCall } from "./call-log.ts";

/** Of answered calls, in ms, as their caller saw it. Null where there was none. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly calls: number;
}

export function latencyOf(calls: readonly LoggedCall[]): Latency | null {
  const sorted = calls
    .filter(({ status }) => status !== null)
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { p50Ms: round(percentile(sorted, 0.5)), p99Ms: round(percentile(sorted, 0.99)), calls: sorted.length };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
