import type { LimitKey } from "../limit.ts";
import type { Ask } from "./messages.ts";
import { algorithmFor, freeUnits, isCurrent, leaseKey } from "./state.ts";
import type { LeaseRecord, LedgerRules, LedgerState, LimitRecord } from "./state.ts";

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
  const { ttlMs, marginMs } = rules.constants;
  const pools = state.leases.get(leaseKey(ask.holder, ask.lease))?.pools ?? {};
  let spareMs = ttlMs;
  for (const key of new Set([...Object.keys(pools), ...Object.keys(ask.spare)])) {
    const record = state.limits.get(key);
    if (record === undefined || algorithmFor(rules, record).outstanding === "carried") continue;
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
    const has = lease?.pools[limit]?.out ?? 0;
    wishes.push({ record, wish, has, most: mostFor(state, ask.holder, record, Math.max(0, wish - has), rules) });
  }
  const part = Math.min(1, ...wishes.map(({ wish, has, most }) => (has + most) / wish));
  for (const { record, wish, has, most } of wishes) {
    const units = Math.min(most, Math.floor(part * wish + 1e-9) - has);
    if (units > 0) grant(state, ask, record, units, now);
  }
}

function mostFor(state: LedgerState, holder: string, record: LimitRecord, lacking: number, rules: LedgerRules): number {
  const capacity = algorithmFor(rules, record).capacity(record.definition.limit);
  const idle = Math.floor(rules.constants.share * capacity) - record.out;
  const part = Math.ceil(idle / activeHolders(state, holder, record.definition.key));
  return Math.max(0, Math.min(lacking, idle, part, Math.floor(freeUnits(rules, record) / 2)));
}

function activeHolders(state: LedgerState, asker: string, key: LimitKey): number {
  const holders = new Set([asker]);
  for (const lease of state.leases.values()) if (!lease.dead && key in lease.pools) holders.add(lease.holder);
  return holders.size;
}

/** Debited before it is handed out: from here on the units are outstanding, and written with this answer (R10a). */
function grant(state: LedgerState, ask: Ask, record: LimitRecord, units: number, now: number): void {
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
  const empty = { granted: 0, out: 0, spent: 0, returned: 0, forfeited: 0, period: since };
  const pool = (lease.pools[record.definition.key] ??= empty);
  pool.granted += units;
  pool.out += units;
  record.out += units;
  state.changed.leases.add(key);
}

/** R17: every living lease that the Ask names, and does not close, stays so long; also under a verdict and when stale. */
export function renew(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): number[] {
  const renewed: number[] = [];
  const open = ask.says.filter((says) => !says.final).map((says) => says.number);
  for (const number of new Set([...open, ask.lease])) {
    const key = leaseKey(ask.holder, number);
    const lease = state.leases.get(key);
    if (lease === undefined || lease.dead) continue;
    lease.deadline = Math.max(lease.deadline, now + rules.constants.holdMs);
    renewed.push(number);
    state.changed.leases.add(key);
  }
  return renewed;
}
