import type { FixedWindow } from "../limit.ts";
import { countedTogether } from "./algorithm.ts";
import type { Algorithm } from "./algorithm.ts";

const startOf = (limit: FixedWindow, now: number): number => now - (now % limit.windowMs);

/**
 * `callsMax` per window aligned to the epoch. Outstanding units count in *every* window until they are reported, then in
 * the window of the report: nobody knows in which one an isolate spent them.
 */
export const fixedWindow: Algorithm<FixedWindow> = {
  ...countedTogether,
  outstanding: "carried",
  orphan: () => "spent",
  capacity: (limit) => limit.callsMax,
  stated: (limit) => limit.callsMax,
  rate: (limit) => (limit.callsMax * 1_000) / limit.windowMs,
  begin: (limit, now) => ({ since: startOf(limit, now), used: 0 }),
  // Starts, not indices, are kept and compared: a plan may change the window's length, and windows never go back.
  advance(limit, occupancy, now) {
    const start = startOf(limit, now);
    if (start <= occupancy.since) return false;
    occupancy.since = start;
    occupancy.used = 0;
    return true;
  },
  resetMs: (limit, _occupancy, now) => startOf(limit, now) + limit.windowMs - now,
  waitMs: (limit, _occupancy, _units, now) => startOf(limit, now) + limit.windowMs - now,
};
