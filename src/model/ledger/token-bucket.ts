import type { TokenBucket } from "../limit.ts";
import { countedTogether } from "./algorithm.ts";
import type { Algorithm } from "./algorithm.ts";

const perMs = (limit: TokenBucket): number => limit.callsMax / limit.windowMs;

/** How long it takes until so many units have leaked; of a bucket that is shut, nobody knows. */
const leakMs = (limit: TokenBucket, units: number): number =>
  limit.callsMax === 0 ? limit.windowMs : Math.ceil(units / perMs(limit));

/**
 * GCRA: `used` is what is missing from a full bucket, and leaks away at the rate. As outstanding units are counted beside
 * it, the bucket's refill stops at `burst − outstanding`: refilling over leased units would let them be spent on top.
 */
export const tokenBucket: Algorithm<TokenBucket> = {
  outstanding: "carried",
  orphan: () => "spent",
  spend: (occupancy, units) => countedTogether.spend(occupancy, units),
  // The bucket may have refilled to the brim since the take: giving back would mint a token.
  undo: () => false,
  capacity: (limit) => limit.burstMax,
  stated: (limit) => limit.burstMax,
  rate: (limit) => perMs(limit) * 1_000,
  begin: (_limit, now) => ({ since: now, used: 0 }),
  advance(limit, occupancy, now) {
    if (now <= occupancy.since) return false;
    const before = occupancy.used;
    occupancy.used = Math.max(0, before - (now - occupancy.since) * perMs(limit));
    occupancy.since = now;
    return before > 0 && occupancy.used === 0;
  },
  resetMs: (limit, occupancy) => leakMs(limit, occupancy.used),
  waitMs: (limit, _occupancy, units) => leakMs(limit, Math.max(0, units)),
};
