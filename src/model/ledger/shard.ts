/** @module A shard's mind, where it differs from a ledger's: what it may hand on, and what it asks of the ledger above. */
import type { LimitDefinition, LimitKey } from "../limit.ts";
import { algorithmOf, algorithms as shipped } from "./algorithms.ts";
import type { Algorithms } from "./algorithms.ts";
import type { Algorithm } from "./algorithm.ts";
import { define } from "./define.ts";
import { applyReply, makeAsk } from "./exchange.ts";
import { welcome } from "./heard.ts";
import { standingOf } from "./isolate.ts";
import type { Ask, Reply, Says, Units } from "./messages.ts";
import { leaseAbove } from "./slice.ts";
import type { Upward } from "./slice.ts";
import { freeUnits, leaseKey } from "./state.ts";
import type { LeaseRecord, LedgerRules, LedgerState, LimitRecord } from "./state.ts";
import { closeLease, freeOf, isSettled } from "./view.ts";
import type { LedgerView } from "./view.ts";
import { verdictOf } from "./verdicts.ts";

/** The ledger's rules as they are in a shard: nothing passes away by time, and what may lie idle, the ledger above decides. */
export function shardRules({ constants, algorithms }: LedgerRules): LedgerRules {
  const inShard = <A extends Algorithm<never>>(algorithm: A): A => ({
    ...algorithm,
    outstanding: "ends",
    begin: () => ({ since: 0, used: 0 }),
    spend: () => undefined,
    undo: () => false,
    advance: () => false,
    resetMs: () => 0,
    waitMs: () => constants.settleMs,
  });
  const all: Algorithms = {
    "fixed-window": inShard(algorithms["fixed-window"]),
    "sliding-window": inShard(algorithms["sliding-window"]),
    "token-bucket": inShard(algorithms["token-bucket"]),
    quota: inShard(algorithms.quota),
    concurrency: inShard(algorithms.concurrency),
    credit: inShard(algorithms.credit),
  };
  return { constants: { ...constants, share: 1 }, algorithms: all };
}

/** How long spare of this limit may be spent by those it is handed on to: less than it lives here. Infinity: not in a shard. */
export function handOnMs({ upward }: LedgerState, key: LimitKey, now: number, { constants }: LedgerRules): number {
  if (upward === null) return Infinity;
  const pool = upward.view.lease.pools.get(key);
  return pool === undefined ? 0 : pool.spareUntil - now - constants.marginMs;
}

/** How long a lease may live that was made of what is leased here. Infinity: not in a shard. */
export function lifeMs({ upward }: LedgerState, lease: LeaseRecord, now: number, { constants }: LedgerRules): number {
  if (upward === null) return Infinity;
  let ms = Infinity;
  for (const { period } of Object.values(lease.pools)) {
    ms = Math.min(ms, (leaseAbove(upward, period)?.heldUntil ?? now) - now - constants.marginMs);
  }
  return ms;
}

/** What the ledger above has said of a limit, less what has been spent and handed on since; null: nothing, or this is no shard. */
export function standingInShard(
  { upward }: LedgerState,
  { definition }: LimitRecord,
  now: number,
): { readonly left: number; readonly resetMs: number } | null {
  const standing = upward === null ? null : standingOf(upward.view, definition, now);
  return standing === null ? null : { left: standing.remaining, resetMs: standing.resetMs };
}

/** Until what the ledger above refused may be there; null: it refused nothing, or this is no shard. */
export function refusedMs({ upward }: LedgerState, { definition: { key } }: LimitRecord, now: number): number | null {
  const denial = upward?.view.heard.get(key)?.denial ?? null;
  return denial === null || now >= denial.until ? null : Math.max(1, denial.retryAt - now);
}

/**
 * What must be leased before this Ask can be answered: null where it can be, be it with a refusal that was heard a moment ago.
 * Empty: what is leased is about to lapse.
 */
export function lackingFor(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): Units | null {
  const { upward } = state;
  if (upward === null) return null;
  const { verdict } = upward.view;
  // It may have been lifted: that is asked before a call is refused for it.
  if (verdict !== null && now >= verdict.until) return {};
  if (verdictOf(state, now, ask.credential) !== null) return null;
  const { definitions = [] } = ask;
  for (const definition of definitions) define(state, definition, now, rules);
  welcome(upward.view, definitions);
  const wanted: Units = { ...ask.take };
  for (const [key, units] of Object.entries(ask.hold)) wanted[key] = (wanted[key] ?? 0) + units;
  if (isDecided(state, ask)) return null;
  const lacking: Units = {};
  for (const [key, units] of Object.entries(wanted)) {
    const record = state.limits.get(key);
    // Nothing is known of it yet, and is about to be asked for.
    if (record === undefined) return null;
    const missing = units - freeUnits(rules, record);
    if (missing <= 0) continue;
    const denial = upward.view.heard.get(key)?.denial ?? null;
    if (denial !== null && now >= denial.at && now < denial.until && missing >= denial.units) return null;
    lacking[key] = missing;
  }
  if (Object.keys(lacking).length > 0) return lacking;
  const { heldUntil } = upward.view.lease;
  const isLapsing = Object.keys(ask.hold).length > 0 && heldUntil - now < rules.constants.marginMs * 1.5;
  return isLapsing ? {} : null;
}

function isDecided({ seen }: LedgerState, { holder, seq }: Ask): boolean {
  const known = seen.get(holder);
  return known !== undefined && (known.decisions.has(seq) || seq < known.floor);
}

/** Counts what isolates want beyond what they have, so that a second of it lies here. */
export function noteDemand({ upward, leases }: LedgerState, ask: Ask, now: number): void {
  if (upward === null) return;
  const lease = leases.get(leaseKey(ask.holder, ask.lease));
  const note = (key: LimitKey, units: number): void => {
    if (units <= 0) return;
    upward.view.lastCallAt = now;
    upward.demand.set(key, { units: rateOf(upward, key, now) + units, at: now });
  };
  for (const units of [ask.take ?? {}, ask.hold]) for (const [key, count] of Object.entries(units)) note(key, count);
  for (const [key, level] of Object.entries(ask.spare)) {
    const pool = lease?.pools[key];
    note(key, level - (pool === undefined ? 0 : pool.out - Math.min(pool.held, pool.out)));
  }
}

/** Units per second that are nobody's demand any more. */
const forgottenRate = 0.01;

/** Units per second: what was counted decays by e in a second. */
function rateOf({ demand }: Upward, key: LimitKey, now: number): number {
  const { units, at } = demand.get(key) ?? { units: 0, at: now };
  return units * Math.exp(-Math.max(0, now - at) / 1_000);
}

/** What should be free here: a second of what isolates want; of permits, half of what they hold. */
function levelOf({ upward, limits }: LedgerState, key: LimitKey, now: number): number {
  if (upward === null) return 0;
  const { limit } = limits.get(key)?.definition ?? {};
  const rate = rateOf(upward, key, now);
  if (limit !== undefined && algorithmOf(shipped, limit).permit === true) {
    return rate < 0.1 ? 0 : 1 + Math.ceil((upward.view.lease.pools.get(key)?.held ?? 0) / 2);
  }
  return rate < 2 ? 0 : Math.ceil(rate);
}

/** Whether to ask the ledger above though nobody waits for it: to settle, and for more before there is nothing left. */
export function isDueAbove(state: LedgerState, now: number, { constants }: LedgerRules): boolean {
  const { upward } = state;
  if (upward === null) return false;
  const elapsed = now - upward.askedAt;
  if (elapsed < 0 || elapsed >= constants.settleMs)
    return !isSettled(upward.view) || upward.view.lastCallAt >= upward.askedAt;
  if (elapsed < constants.settleMs / 4) return false;
  for (const [key, { free }] of unitsHere(state)) {
    const isDenied = now < (upward.view.heard.get(key)?.denial?.until ?? now);
    if (!isDenied && free * 4 < levelOf(state, key, now)) return true;
  }
  return false;
}

/** When to wake for it; null: all has been told. */
export function dueAboveAt({ upward, meta }: LedgerState, { constants }: LedgerRules): number | null {
  if (upward === null || isSettled(upward.view)) return null;
  return Math.max(meta.clock, upward.askedAt + constants.settleMs);
}

/** What of each limit is free here, and what of it lies idle in isolates, by the lease that is open. */
function unitsHere({ upward, leases }: LedgerState): Map<LimitKey, { free: number; idle: number; held: number }> {
  const units = new Map<LimitKey, { free: number; idle: number; held: number }>();
  if (upward === null) return units;
  for (const [key, pool] of upward.view.lease.pools) units.set(key, { free: freeOf(pool), idle: 0, held: 0 });
  for (const { pools, dead } of leases.values()) {
    for (const [key, pool] of Object.entries(pools)) {
      const here = units.get(key);
      if (dead || here === undefined || pool.period !== upward.view.lease.number) continue;
      const held = Math.min(pool.held, pool.out);
      here.held += held;
      here.idle += pool.out - held;
    }
  }
  return units;
}

/**
 * The next Ask to the ledger above, for a call that waits or for none. What it says need not be on the disk: a restart closes the
 * lease, so what is free in it is never handed out again.
 */
export function askAbove(state: LedgerState, hold: Units, now: number, { constants }: LedgerRules): Ask {
  const { upward } = state;
  if (upward === null) throw new Error("A ledger has none above it");
  const { view } = upward;
  upward.askedAt = now;
  // As long as isolates have anything of it, the lease is open: they would all have to begin anew.
  const isUsed = [...view.lease.pools.values()].some(({ held }) => held > 0);
  if (now - view.lastCallAt >= constants.idleMs && !isUsed && Object.keys(hold).length === 0) {
    closeLease(view);
    upward.demand.clear();
  }
  if (view.lease.pools.size > poolsMax) closeLease(view);
  const here = unitsHere(state);
  for (const [key, pool] of view.lease.pools) {
    if (!(key in hold)) pool.returned += Math.max(0, freeOf(pool) - levelOf(state, key, now));
  }
  const spare: Units = {};
  for (const key of upward.demand.keys()) {
    const level = levelOf(state, key, now);
    if (level > 0) spare[key] = level + (here.get(key)?.idle ?? 0);
    else if (rateOf(upward, key, now) < forgottenRate) upward.demand.delete(key);
  }
  const ask = makeAsk(
    view,
    { hold, spare, definitions: definitionsOf(state, [hold, spare, debtsOf(view)]) },
    now,
    constants,
  );
  return { ...ask, shard: true, says: ask.says.map((says) => (says.final ? says : withHeld(state, says))) };
}

/** All pools of a lease are told of with every question, and written in one row: with more limits than these another is begun. */
const poolsMax = 200;

/** What is told of as spent beyond all that was granted. */
function debtsOf({ lease, closing }: LedgerView): Units {
  const pools = [lease, ...closing].flatMap((one) => [...one.pools]);
  return Object.fromEntries(pools.filter(([, { over }]) => over > 0).map(([key, { over }]) => [key, over]));
}

function definitionsOf({ limits }: LedgerState, wants: readonly Units[]): LimitDefinition[] {
  const keys = new Set(wants.flatMap((units) => Object.keys(units)));
  return [...keys].flatMap((key) => limits.get(key)?.definition ?? []);
}

/** What lies idle in isolates is idle: only what calls hold is held. */
function withHeld({ leases }: LedgerState, says: Says): Says {
  const held: Units = {};
  for (const { pools, dead } of leases.values()) {
    for (const [key, pool] of Object.entries(pools)) {
      if (!dead && pool.period === says.number) held[key] = (held[key] ?? 0) + Math.min(pool.held, pool.out);
    }
  }
  const pools = Object.entries(says.pools).map(([key, { held: _held, ...pool }]) => {
    return [key, { ...pool, ...((held[key] ?? 0) > 0 ? { held: held[key] ?? 0 } : {}) }] as const;
  });
  return { ...says, pools: Object.fromEntries(pools) };
}

/** Takes in what the ledger above has answered. What it granted for a call that waits is free here: that call decides anew. */
export function hearAbove(state: LedgerState, reply: Reply, now: number, { constants }: LedgerRules): void {
  const { upward } = state;
  if (upward === null) return;
  const sent = upward.view.inFlight.get(reply.seq);
  const lease = applyReply(upward.view, reply, now, constants);
  state.changed.upward = true;
  if (lease === null || sent === undefined) return;
  for (const [key, units] of Object.entries(sent.hold)) {
    const pool = lease.pools.get(key);
    if (pool !== undefined) pool.held -= units;
    const heard = upward.view.heard.get(key);
    if (heard !== undefined) heard.spent -= units;
  }
}
