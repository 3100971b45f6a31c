/** @module The ledger by itself: what its alarm does when nobody asks, and when it must wake next. */
import { forgetGrants } from "./credit-account.ts";
import { forgetLimits, forgettableAt } from "./forget.ts";
import { hourMinutes } from "./hour-totals.ts";
import { forfeitDue } from "./settle.ts";
import { dueAboveAt } from "./shard.ts";
import { algorithmFor, ownerOf, passTime } from "./state.ts";
import type { LedgerRules, LedgerState, LimitRecord } from "./state.ts";
import { noteThresholds } from "./thresholds.ts";

/** A ledger of so many limits is a crowd under a flood of addresses: it is swept six times as often. */
const crowdMin = 1_000;

/**
 * R18 by alarm, for when traffic has stopped; hourly it forgets silent holders, dead leases and idle limits. Answers whether totals are
 * to be sent; minutes up to `meta.prunedMinute` may be dropped.
 */
export function wake(state: LedgerState, time: number, rules: LedgerRules): { readonly flush: boolean } {
  const now = passTime(state, time, rules);
  const { meta } = state;
  forfeitDue(state, now, rules);
  for (const record of state.limits.values()) noteThresholds(state, record, now, rules);
  withdrawAllowances(state, now, rules);
  meta.alarmAt = null;
  state.changed.meta = true;
  const flush = meta.flushAt !== null && meta.flushAt <= now;
  if (flush) {
    // If it fails, this is when it is tried again; what succeeds clears it.
    meta.flushAt = now + rules.constants.flushMs;
    meta.flushedAt = now;
  }
  if (meta.sweepAt !== null && meta.sweepAt <= now) {
    meta.sweepAt = null;
    forget(state, now - rules.constants.forgetMs);
    forgetRevoked(state, now - rules.constants.forgetMs);
    forgetLimits(state, now, rules);
    for (const [key, account] of state.credits) {
      if (forgetGrants(account, now - rules.constants.grantMs)) state.changed.credits.add(key);
    }
    meta.prunedMinute = Math.max(meta.prunedMinute, lastOfWholeHours(now - rules.constants.pruneMs));
  }
  return { flush };
}

/** The last minute of the hours that had ended by then: D1 has sums of hours, which must not lose a part (R20). */
const lastOfWholeHours = (time: number): number => Math.floor(time / 3_600_000) * hourMinutes - 1;

/**
 * An object at rest is soon evicted, and whoever comes next would find what memory was allowed to give out counted as spent
 * (R11): so it is taken back while the object wakes anyway.
 */
function withdrawAllowances(state: LedgerState, now: number, { constants }: LedgerRules): void {
  for (const [key, record] of state.limits) {
    if (record.allowance === 0 || now - record.takenAt < constants.idleMs) continue;
    record.allowance = 0;
    state.changed.owners.add(ownerOf(key));
  }
}

function forget(state: LedgerState, before: number): void {
  for (const [key, lease] of state.leases) {
    if (!lease.dead || lease.deadline > before) continue;
    state.leases.delete(key);
    state.changed.leases.add(key);
  }
  for (const [name, holder] of state.holders) {
    if (holder.seenAt > before) continue;
    state.holders.delete(name);
    state.changed.holders.add(name);
  }
  for (const [name, seen] of state.seen) if (seen.at <= before) state.seen.delete(name);
}

/** A credential that was revoked so long ago is refused by its record everywhere. */
function forgetRevoked(state: LedgerState, before: number): void {
  for (const [key, verdict] of state.verdicts) {
    if (verdict.credential === undefined || verdict.since > before) continue;
    state.verdicts.delete(key);
    state.changed.verdicts.add(key);
  }
}

/** When to wake next: a lease that falls due, totals to send, or the hourly sweep while there is anything to sweep. */
function nextWake(state: LedgerState, rules: LedgerRules): number | null {
  const { meta } = state;
  const times: number[] = [];
  for (const lease of state.leases.values()) {
    if (!lease.dead) times.push(lease.deadline + rules.constants.marginMs);
  }
  const aboveAt = dueAboveAt(state, rules);
  if (aboveAt !== null) times.push(aboveAt);
  if (meta.flushAt !== null) times.push(meta.flushAt);
  const sweepAt = nextSweep(state, rules);
  if (sweepAt < Infinity) times.push((meta.sweepAt = Math.min(meta.sweepAt ?? Infinity, sweepAt)));
  return times.length === 0 ? null : Math.min(...times);
}

/** Where only limits are left, which may be full of a month's quota, the object sleeps until one can be forgotten. */
function nextSweep(state: LedgerState, rules: LedgerRules): number {
  const { meta, limits, leases, holders, verdicts } = state;
  const { sweepMs } = rules.constants;
  if (limits.size >= crowdMin) return meta.clock + sweepMs / 6;
  if (leases.size > 0 || holders.size > 0 || meta.lastMinute > meta.prunedMinute) return meta.clock + sweepMs;
  if ([...verdicts.values()].some(({ credential }) => credential !== undefined)) return meta.clock + sweepMs;
  if (limits.size === 0 || meta.sweepAt !== null) return meta.sweepAt ?? Infinity;
  const resetMs = (record: LimitRecord): number =>
    algorithmFor(rules, record).resetMs(record.definition.limit, record.occupancy, meta.clock);
  return Math.max(meta.clock + sweepMs, forgettableAt(state, resetMs, rules));
}

/** R18: the alarm to set, or null if an earlier one is set already: each costs a row. */
export function arm(state: LedgerState, now: number, rules: LedgerRules): number | null {
  const next = nextWake(state, rules);
  const { meta } = state;
  if (next === null || (meta.alarmAt !== null && meta.alarmAt <= next && meta.alarmAt > now)) return null;
  meta.alarmAt = next;
  state.changed.meta = true;
  return next;
}
