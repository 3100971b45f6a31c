import { passesBeyond } from "../limit.ts";
import type { Quota } from "../limit.ts";
import { countedTogether } from "./algorithm.ts";
import type { Algorithm } from "./algorithm.ts";
import { periodAt, periodMs } from "./period.ts";
import type { Period } from "./period.ts";

/** More than is ever counted, and a number that JSON and sums can take. */
const endless = Number.MAX_SAFE_INTEGER / 4;

/**
 * `callsMax` per period. A unit is debited in the period of its grant and a lease never crosses a period, so what comes
 * back later comes back into a period that is over, and changes nothing. One that lets calls beyond through counts them all
 * the same.
 */
export function quotaOver(periodOf: (limit: Quota, now: number) => Period): Algorithm<Quota> {
  return {
    ...countedTogether,
    outstanding: "ends",
    orphan: (limit) => (passesBeyond(limit) ? "refund" : "spent"),
    capacity: (limit) => (passesBeyond(limit) ? endless : limit.callsMax),
    stated: (limit) => limit.callsMax,
    rate: (limit) => (limit.callsMax * 1_000) / periodMs(limit.period),
    begin: (limit, now) => ({ since: periodOf(limit, now).start, used: 0 }),
    advance(limit, occupancy, now) {
      const { start } = periodOf(limit, now);
      if (start <= occupancy.since) return false;
      occupancy.since = start;
      occupancy.used = 0;
      return true;
    },
    resetMs: (limit, _occupancy, now) => periodOf(limit, now).end - now,
    waitMs: (limit, _occupancy, _units, now) => periodOf(limit, now).end - now,
  };
}

export const quota: Algorithm<Quota> = quotaOver(periodAt);
