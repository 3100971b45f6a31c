import type { Quota } from "../limit.ts";
import { countedTogether } from "./algorithm.ts";
import type { Algorithm } from "./algorithm.ts";

/** Where in time a period lies: its first ms and the first ms after it. */
export type Period = (now: number) => { readonly start: number; readonly end: number };

/** The calendar month in UTC. */
export const month: Period = (now) => {
  const date = new Date(now);
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  return { start, end: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) };
};

/**
 * `callsMax` per period. A unit is debited in the period of its grant and a lease never crosses a period, so what comes
 * back later comes back into a period that is over, and changes nothing.
 */
export function quotaOver(period: Period): Algorithm<Quota> {
  return {
    ...countedTogether,
    outstanding: "ends",
    orphan: "spent",
    capacity: (limit) => limit.callsMax,
    rate(limit) {
      const { start, end } = period(0);
      return (limit.callsMax * 1_000) / (end - start);
    },
    begin: (_limit, now) => ({ since: period(now).start, used: 0 }),
    advance(_limit, occupancy, now) {
      const { start } = period(now);
      if (start <= occupancy.since) return false;
      occupancy.since = start;
      occupancy.used = 0;
      return true;
    },
    resetMs: (_limit, _occupancy, now) => period(now).end - now,
    waitMs: (_limit, _occupancy, _units, now) => period(now).end - now,
  };
}

export const quota: Algorithm<Quota> = quotaOver(month);
