/**
 * @module What an object forgets of limits. A crowd's are as many as its addresses, so none stays for good: an empty one
 * says nothing that its definition does not say, and that comes with the next Ask, or after `unknown`.
 *
 * What is lost with a limit is its revision, so a manifest older than the forgotten one could bring an old limit back. It
 * cannot as long as some isolate that asks about it is current, and manifests reach every isolate within minutes:
 * - A limit is forgotten only after `limitIdleMs` without any Ask about it. `askedAt` may be a third of that behind, so
 *   the true idle time is at least two thirds.
 * - An isolate believes that its definition is known for only a third of `limitIdleMs` after it last heard of the limit, on
 *   its own clock, counted from before it asked. So whoever relies on a definition has asked too lately for it to have
 *   been forgotten; everybody else sends theirs along, and the greatest revision wins as ever.
 * Hence after a limit was forgotten, an isolate that has had no news for all that time may bring the old one back for its
 * own calls, and only until the first current isolate asks.
 */
import type { LimitKey } from "../limit.ts";
import { ownerOf } from "./state.ts";
import type { LedgerRules, LedgerState, LimitRecord } from "./state.ts";

/** Somebody asked about this limit. Written at most once in a third of the idle time: a row is what an Ask costs most. */
export function touch(state: LedgerState, record: LimitRecord, now: number, { constants }: LedgerRules): void {
  if (now - record.askedAt < constants.limitIdleMs / 3) return;
  record.askedAt = now;
  state.changed.owners.add(ownerOf(record.definition.key));
}

/**
 * Forgets limits that nobody asks about, that no living lease holds from, and whose occupancy is empty: the window or period
 * is over, the bucket is full again. What a dead lease still settles of them is counted already, in a time that is over
 * (R14). An allowance goes with its limit: what memory gave out of it was `used`, and that is gone.
 */
export function forgetLimits(state: LedgerState, now: number, { constants }: LedgerRules): void {
  const held = new Set<LimitKey>();
  for (const lease of state.leases.values()) {
    for (const [key, { from }] of Object.entries(lease.pools)) {
      // What a dead lease still settles of credit must find its account.
      if (!lease.dead || from !== undefined || state.upward !== null) held.add(key);
    }
  }
  const forgotten = new Set<LimitKey>();
  for (const [key, { askedAt, occupancy, out }] of state.limits) {
    if (out > 0 || occupancy.used > 0 || held.has(key) || now - askedAt < constants.limitIdleMs) continue;
    state.limits.delete(key);
    state.changed.owners.add(ownerOf(key));
    forgotten.add(key);
  }
  if (forgotten.size > 0) disown(state, forgotten);
}

/** R15: a take that was counted in a limit that is forgotten is never undone into the one that comes after it. */
function disown(state: LedgerState, forgotten: ReadonlySet<LimitKey>): void {
  for (const { decisions } of state.seen.values()) {
    for (const decision of decisions.values()) decision.took = decision.took.filter(({ key }) => !forgotten.has(key));
  }
}

/** When a limit may be forgotten for the first time, if nothing more happens to any. */
export function forgettableAt(
  state: LedgerState,
  resetMs: (record: LimitRecord) => number,
  rules: LedgerRules,
): number {
  let first = Infinity;
  for (const record of state.limits.values()) {
    const emptyAt = record.occupancy.used > 0 ? state.meta.clock + resetMs(record) : 0;
    first = Math.min(first, Math.max(emptyAt, record.askedAt + rules.constants.limitIdleMs));
  }
  return first;
}
