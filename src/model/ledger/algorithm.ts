/**
 * @module Occupancy: the one idea of the ledger.
 *
 * A unit occupies its limit from the moment it is granted until the algorithm's release time, counted from the latest
 * moment at which it may have been spent. A grant needs `used + outstanding + n ≤ capacity`; nothing else decides.
 *
 * Why that is enough: take any interval I that the algorithm speaks of, and the last grant g whose unit was spent in I.
 * Every other unit spent in I was granted no later than g and is released no earlier than the end of its stay, so it was
 * in the occupancy that g was checked against; hence their sum is within the limit. For the bucket: `capacity − used` is
 * free tokens plus units in leases. Grant and return leave it alone, spending lowers it, leaking raises it at most to the
 * burst; so it never exceeds the true bucket.
 *
 * An algorithm only says how `used` passes away. Outstanding units are counted beside it, from the leases themselves, so
 * that handing units back never touches a second counter that a restart could apply twice (R10c).
 */
import type { CountedLimit } from "../limit.ts";

/** What is spent (`used`), as of `since`: the start of the window or period, or the time up to which a bucket has leaked. */
export interface Occupancy {
  since: number;
  used: number;
  /** Of a sliding window: what was spent in the running slot, which began at `since`, and in those before it. */
  slots?: number[];
  slotMs?: number;
}

export interface Algorithm<L extends CountedLimit = CountedLimit> {
  /** Most units that may be occupied at once. */
  capacity(limit: L): number;
  /** How many units callers are told that there are: the capacity, but of a limit that lets calls beyond it through. */
  stated(limit: L): number;
  /** Units per second in the long run. */
  rate(limit: L): number;
  begin(limit: L, now: number): Occupancy;
  /** Counts units as spent now, in place. */
  spend(occupancy: Occupancy, units: number): void;
  /**
   * R15: gives an undone take back to the window or period that it was counted in, which began at `since`, if that still
   * stands; never into a bucket. False: nothing was given back.
   */
  undo(occupancy: Occupancy, units: number, since: number): boolean;
  /** Lets time pass, in place and never backwards. True if everything that had been used is gone. */
  advance(limit: L, occupancy: Occupancy, now: number): boolean;
  /** Until everything that is used now will be gone. */
  resetMs(limit: L, occupancy: Occupancy, now: number): number;
  /** Until `units` of what is used now will be gone. */
  waitMs(limit: L, occupancy: Occupancy, units: number, now: number): number;
  /** Leased units occupy the next window too until they are reported, or end with the period they were granted in. */
  readonly outstanding: "carried" | "ends";
  /** A permit is always held, one a call, and given back at its end, whatever the call cost. */
  readonly permit?: true;
  /** Always held until the call has ended and said what it cost: what nobody reports must not be paid for. */
  readonly held?: true;
  /** What becomes of units whose isolate has died: counted as spent, or given back (ledger.md §2). */
  orphan(limit: L): "spent" | "refund";
}

/** Where all that is used goes at once: a window, a period. */
export const countedTogether: Pick<Algorithm, "spend" | "undo"> = {
  spend(occupancy, units) {
    occupancy.used += units;
  },
  undo(occupancy, units, since) {
    if (occupancy.since !== since) return false;
    occupancy.used = Math.max(0, occupancy.used - units);
    return true;
  },
};
