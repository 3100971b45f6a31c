import type { LimitKey } from "../limit.ts";
import type { Ask } from "./messages.ts";
import { algorithmFor, capacityOf, emptyPool, freeUnits, isCurrent, leaseKey } from "./state.ts";
import { handOnMs, lifeMs } from "./shard.ts";
import type { LeaseRecord, LedgerRules, LedgerState, LimitRecord, PoolRecord } from "./state.ts";

/** R16: below the floor, dead, or of an earlier quota period: no grant and no spare, but it may still settle. */
export function isStale(state: LedgerState, ask: Ask, rules: LedgerRules): boolean {
  const holder = state.holders.get(ask.holder);
  if (holder !== undefined && ask.lease < holder.leaseFloor) return true;
  const lease = state.leases.get(leaseKey(ask.holder, ask.lease));
  if (lease === undefined) return false;
  if (lease.dead) return true;
  return Object.entries(lease.pools).some(([key, pool]) => {
    const record = state.limits.get(key);
    return record !== undefined && !isCurrent(rules, record, pool);
  });
}

/** R17: how long spare may be spent; a lease with a quota ends well before the period does. 0: no spare at all. */
export function spareMsOf(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): number {
  const { ttlMs, marginMs, shardMs } = rules.constants;
  const pools = state.leases.get(leaseKey(ask.holder, ask.lease))?.pools ?? {};
  let spareMs = ask.shard === true ? ttlMs + shardMs : ttlMs;
  for (const key of new Set([...Object.keys(pools), ...Object.keys(ask.spare)])) {
    spareMs = Math.min(spareMs, handOnMs(state, key, now, rules));
    const record = state.limits.get(key);
    if (record === undefined || record.source !== null) continue;
    if (algorithmFor(rules, record).outstanding === "carried") continue;
    const endMs = algorithmFor(rules, record).resetMs(record.definition.limit, record.occupancy, now);
    spareMs = Math.min(spareMs, endMs - marginMs);
  }
  return Math.max(0, spareMs);
}

/**
 * R21: a wish is a level, so only what the lease lacks is added: at most this holder's part of what may lie idle, and
 * half of what is free, so that near the limit leases decay to exact. Then all limits of the bundle are cut to the
 * smallest number of calls among them: units that one limit has without the others can never be spent.
 */
export function grantSpare(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): void {
  const key = leaseKey(ask.holder, ask.lease);
  const lease = state.leases.get(key);
  const wishes: { record: LimitRecord; wish: number; has: number; most: number }[] = [];
  for (const [limit, wish] of Object.entries(ask.spare)) {
    const record = state.limits.get(limit);
    if (record === undefined || wish <= 0) continue;
    // A level is wished of what is free, and what calls hold is not.
    const pool = lease?.pools[limit];
    const has = pool === undefined ? 0 : pool.out - Math.min(pool.held, pool.out);
    wishes.push({ record, wish, has, most: mostFor(state, ask.holder, record, Math.max(0, wish - has), rules) });
  }
  // A permit serves one call after the other: few of them cut nothing else.
  const isPermit = (record: LimitRecord): boolean => algorithmFor(rules, record).permit === true;
  const spent = wishes.filter(({ record }) => !isPermit(record));
  const part = Math.min(1, ...spent.map(({ wish, has, most }) => (has + most) / wish));
  for (const { record, wish, has, most } of wishes) {
    const units = isPermit(record) ? most : Math.min(most, Math.floor(part * wish + 1e-9) - has);
    if (units > 0) grant(state, ask, record, units, now);
  }
}

function mostFor(state: LedgerState, holder: string, record: LimitRecord, lacking: number, rules: LedgerRules): number {
  const { limit } = record.definition;
  const { holders, held } = leasesOf(state, holder, record.definition.key);
  const atRiskMax = (limit.algorithm === "credit" ? limit.atRiskMax : undefined) ?? Infinity;
  const idleMax = Math.min(Math.floor(rules.constants.share * capacityOf(rules, record)), atRiskMax);
  const idle = idleMax - (record.out - held);
  const part = Math.ceil(idle / holders);
  return Math.max(0, Math.min(lacking, idle, part, Math.floor(freeUnits(rules, record) / 2)));
}

/** How many holders there are of a limit, the asker included, and how much of what is out calls hold. */
function leasesOf(state: LedgerState, asker: string, key: LimitKey): { holders: number; held: number } {
  const holders = new Set([asker]);
  let held = 0;
  for (const lease of state.leases.values()) {
    const pool = lease.pools[key];
    if (lease.dead || pool === undefined) continue;
    holders.add(lease.holder);
    held += Math.min(pool.held, pool.out);
  }
  return { holders: holders.size, held };
}

/** Debited before it is handed out: from here on the units are outstanding, and written with this answer (R10a). */
export function grant(state: LedgerState, ask: Ask, record: LimitRecord, units: number, now: number): PoolRecord {
  const key = leaseKey(ask.holder, ask.lease);
  const lease: LeaseRecord = state.leases.get(key) ?? {
    holder: ask.holder,
    number: ask.lease,
    deadline: now,
    dead: false,
    pools: {},
  };
  state.leases.set(key, lease);
  const { since } = record.occupancy;
  const pool = (lease.pools[record.definition.key] ??= emptyPool(since));
  pool.granted += units;
  pool.out += units;
  record.out += units;
  record.source?.reserve(pool, units);
  record.source?.changed();
  state.changed.leases.add(key);
  return pool;
}

/** Held units live longer where calls in flight are limited: an outage that is as long cuts no stream (ledger.md §8). */
function holdMsOf(state: LedgerState, rules: LedgerRules): number {
  const { holdMs, permitMs } = rules.constants;
  for (const record of state.limits.values()) if (algorithmFor(rules, record).permit) return Math.max(holdMs, permitMs);
  return holdMs;
}

/** R17: every living lease that the Ask names, and does not close, stays so long; also under a verdict and when stale. */
export function renew(
  state: LedgerState,
  ask: Ask,
  now: number,
  rules: LedgerRules,
): { readonly renewed: number[]; readonly holdMs: number } {
  const renewed: number[] = [];
  const wholeMs = holdMsOf(state, rules) + (ask.shard === true ? rules.constants.shardMs : 0);
  let holdMs = wholeMs;
  const open = ask.says.filter((says) => !says.final).map((says) => says.number);
  for (const number of new Set([...open, ask.lease])) {
    const key = leaseKey(ask.holder, number);
    const lease = state.leases.get(key);
    if (lease === undefined || lease.dead) continue;
    const ms = Math.min(wholeMs, lifeMs(state, lease, now, rules));
    if (ms <= 0) continue;
    lease.deadline = Math.max(lease.deadline, now + ms);
    // One time is told for all of them.
    holdMs = Math.min(holdMs, ms);
    renewed.push(number);
    state.changed.leases.add(key);
  }
  return { renewed, holdMs };
}
