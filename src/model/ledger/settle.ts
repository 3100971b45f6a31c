import type { Ask, Says } from "./messages.ts";
import { algorithmFor, emptyPool, holderOf, isCurrent, leaseKey, nobody, ownerOf } from "./state.ts";
import type { LeaseRecord, LedgerRules, LedgerState, LimitRecord, PoolRecord } from "./state.ts";

/** Settles what the Ask says of its leases, closes those that are final and raises the floor below them (R13, R14). */
export function settle(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): void {
  for (const says of ask.says) {
    const lease = leaseOfDebt(state, ask.holder, says, now);
    if (lease !== undefined) settleLease(state, lease, says, rules);
    if (!says.final) continue;
    if (lease !== undefined) closeLease(state, lease, rules);
    const holder = state.holders.get(ask.holder);
    // A message that was sent before the close may come after it: below the floor nothing is granted any more (R16).
    if (holder === undefined || holder.leaseFloor <= says.number) {
      holderOf(state, ask.holder, now).leaseFloor = says.number + 1;
    }
  }
}

/**
 * A shard hears late of what calls have cost, when it has nothing leased that this could be told of: then it says so of its open
 * lease, into which nothing of that limit has been granted yet. Below the floor it has been told already.
 */
function leaseOfDebt(
  state: LedgerState,
  holder: string,
  { number, pools }: Says,
  now: number,
): LeaseRecord | undefined {
  const key = leaseKey(holder, number);
  const known = state.leases.get(key);
  const debts = Object.entries(pools).filter(([limit, { over = 0 }]) => over > 0 && known?.pools[limit] === undefined);
  if (debts.length === 0 || number < (state.holders.get(holder)?.leaseFloor ?? 0)) return known;
  const lease: LeaseRecord = known ?? { holder, number, deadline: now, dead: false, pools: {} };
  for (const [limit] of debts) lease.pools[limit] = emptyPool(state.limits.get(limit)?.occupancy.since ?? 0);
  state.leases.set(key, lease);
  return lease;
}

function settleLease(state: LedgerState, lease: LeaseRecord, says: Says, rules: LedgerRules): void {
  for (const [key, counts] of Object.entries(says.pools)) {
    const pool = lease.pools[key];
    const record = state.limits.get(key);
    if (pool === undefined || record === undefined) continue;
    const spent = Math.max(0, counts.spent - pool.spent);
    const returned = Math.max(0, counts.returned - pool.returned);
    const over = Math.max(0, (counts.over ?? 0) - pool.over);
    pool.held = counts.held ?? 0;
    if (spent + returned + over === 0) continue;
    pool.spent += spent;
    pool.returned += returned;
    pool.over += over;
    charge(state, record, pool, spent, rules);
    release(record, pool, Math.min(returned, pool.out), "returned", rules);
    // R14: it cost more than was reserved: what is over occupies now.
    if (over > 0) spendNow(state, record, over, rules);
    state.changed.leases.add(leaseKey(lease.holder, lease.number));
  }
}

/** Counts `spent` more units: from those outstanding, then against what was forfeited, the rest as an overdraft (R14). */
function charge(state: LedgerState, record: LimitRecord, pool: PoolRecord, spent: number, rules: LedgerRules): void {
  const current = isCurrent(rules, record, pool);
  const outstanding = Math.min(spent, pool.out);
  release(record, pool, outstanding, "spent", rules);
  const forfeited = Math.min(spent - outstanding, pool.forfeited);
  pool.forfeited -= forfeited;
  // They were spent after all: already counted, but nobody's loss.
  if (current) record.orphaned = Math.max(0, record.orphaned - forfeited);
  const overdraft = spent - outstanding - forfeited;
  // What is spent of a source has left it by that.
  const used = (current && record.source === null ? outstanding : 0) + overdraft;
  if (used > 0) spendNow(state, record, used, rules);
}

/** Lets outstanding units go, for what has become of them. */
function release(
  record: LimitRecord,
  pool: PoolRecord,
  units: number,
  as: "spent" | "returned",
  rules: LedgerRules,
): void {
  if (units === 0) return;
  pool.out -= units;
  if (isCurrent(rules, record, pool)) record.out -= units;
  if (as === "spent") record.source?.consume(pool, units);
  else record.source?.release(pool, units);
  record.source?.changed();
}

/** Counts units as spent now, and has it written. */
function spendNow(state: LedgerState, record: LimitRecord, units: number, rules: LedgerRules): void {
  if (record.source !== null) {
    record.source.spend(units);
    record.source.changed();
    return;
  }
  algorithmFor(rules, record).spend(record.occupancy, units);
  state.changed.owners.add(ownerOf(record.definition.key));
}

/** Final: whatever the isolate never saw of its grants it can never spend, so the rest is free at once. */
function closeLease(state: LedgerState, lease: LeaseRecord, rules: LedgerRules): void {
  for (const [key, pool] of Object.entries(lease.pools)) {
    const record = state.limits.get(key);
    if (record !== undefined) release(record, pool, pool.out, "returned", rules);
  }
  const key = leaseKey(lease.holder, lease.number);
  state.leases.delete(key);
  state.changed.leases.add(key);
}

/**
 * R18: a lease without news until `deadline + marginMs` is dead. Its units may all have been spent, so they count as
 * spent now; it is kept for late settlement, which then finds them already counted.
 */
export function forfeitDue(state: LedgerState, now: number, rules: LedgerRules): void {
  for (const [key, lease] of state.leases) {
    if (lease.dead || now < lease.deadline + rules.constants.marginMs) continue;
    lease.dead = true;
    state.changed.leases.add(key);
    for (const [limit, pool] of Object.entries(lease.pools)) {
      const record = state.limits.get(limit);
      const units = pool.out;
      if (record === undefined || units === 0) continue;
      const current = isCurrent(rules, record, pool);
      const isSpent = algorithmFor(rules, record).orphan(record.definition.limit) === "spent";
      const isSourced = record.source !== null;
      release(record, pool, units, isSpent && isSourced ? "spent" : "returned", rules);
      // What is given back may still be reported as spent: then it is charged like an overdraft (R14).
      if (!isSpent) continue;
      pool.forfeited += units;
      if (!current) continue;
      record.orphaned += units;
      if (!isSourced) spendNow(state, record, units, rules);
    }
    // Nobody will settle late what a restart has lost.
    if (lease.holder === nobody) state.leases.delete(key);
  }
}
