import type { UsageRow } from "../analytics/index.ts";
import type { StatusClass } from "../model/usage.ts";
import { count, percent } from "../ui/wording.ts";

/** Calls of something over a span of time, refused ones among them. */
export type Traffic = Pick<UsageRow, "calls" | "classes" | "latency">;

export const noTraffic: Traffic = {
  calls: 0,
  classes: { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0 },
  latency: { p50: 0, p95: 0, p99: 0 },
};

/** The time in ms that 95 of 100 calls stayed within, or – without calls. */
export function p95InWords(traffic: Traffic): string {
  return traffic.calls === 0 ? "–" : count(Math.round(traffic.latency.p95));
}

/** The share of a status class in per cent. */
export function shareOf(traffic: Traffic, statusClass: StatusClass): string {
  return percent(traffic.classes[statusClass], traffic.calls);
}
