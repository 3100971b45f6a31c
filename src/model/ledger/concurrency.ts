import type { Concurrency } from "../limit.ts";
import type { Algorithm } from "./algorithm.ts";

/** What is told of calls in flight is believed for so long, as nobody knows when they will end. */
const believedMs = 10_000;

/**
 * At most `callsMax` calls in flight. A permit occupies the limit from its grant until it is released or its lease is dead,
 * so all that counts is outstanding; nothing is ever used up.
 */
export const concurrency: Algorithm<Concurrency> = {
  outstanding: "carried",
  orphan: () => "refund",
  permit: true,
  capacity: (limit) => limit.callsMax,
  stated: (limit) => limit.callsMax,
  rate: (limit) => limit.callsMax,
  begin: (_limit, now) => ({ since: now, used: 0 }),
  spend: () => undefined,
  undo: () => false,
  advance: () => false,
  resetMs: () => believedMs,
  waitMs: () => believedMs,
};
