import type { Credit } from "../limit.ts";
import type { Algorithm } from "./algorithm.ts";

/** New credit may be granted at any moment, and who has just paid will not wait: that there is none is believed for so long. */
const believedMs = 2_000;

/**
 * What has been granted and is not used up. How much that is, its account knows (`credit-account.ts`); nothing comes back by
 * time. Always held: a call is paid for when it has ended, and what dies with an isolate was not reported, so it is given back.
 */
export const credit: Algorithm<Credit> = {
  outstanding: "carried",
  orphan: () => "refund",
  held: true,
  capacity: () => 0,
  stated: () => 0,
  rate: () => 0,
  begin: (_limit, now) => ({ since: now, used: 0 }),
  spend: () => undefined,
  undo: () => false,
  advance: () => false,
  resetMs: () => believedMs,
  waitMs: () => believedMs,
};
