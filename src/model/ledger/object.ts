/**
 * @module The ledger object's mind: pure functions of (state, message, now). The Durable Object around them only stores
 * what they mark as changed before it lets an answer go, and wakes them by its alarm. No I/O, clock or randomness here.
 */
import type { LimitKey } from "../limit.ts";
import type { UsageCell } from "../usage.ts";
import { define } from "./define.ts";
import { decide, seenBy, undo } from "./decide.ts";
import { touch } from "./forget.ts";
import { availableOf, fundGrant } from "./credit-account.ts";
import type { Ask, Funding, Judgement, LedgerSnapshot, Reply, Verdict } from "./messages.ts";
import { applyReport } from "./report.ts";
import { forfeitDue, settle } from "./settle.ts";
import { standingInShard } from "./shard.ts";
import { grantSpare, isStale, renew, spareMsOf } from "./spare.ts";
import { algorithmFor, creditOf, isCurrent, leaseKey, leftUnits, passTime } from "./state.ts";
import type { LedgerRules, LedgerState, LimitRecord } from "./state.ts";
import { noteThresholds } from "./thresholds.ts";
import { revokedIn, verdictKey, verdictOf } from "./verdicts.ts";

export interface Answer {
  readonly reply: Reply;
  /** Cells to book in the same write. */
  readonly booked: readonly UsageCell[];
}

/** R13: forfeit what is due → settle → close finals → report → undo → decide → spare → renew, with nothing in between. */
export function answer(state: LedgerState, ask: Ask, time: number, rules: LedgerRules): Answer {
  const now = passTime(state, time, rules);
  countAsk(state, now);
  for (const definition of ask.definitions ?? []) define(state, definition, now, rules);
  forfeitDue(state, now, rules);
  settle(state, ask, now, rules);
  const booked = applyReport(state, ask, now, rules);
  const seen = seenBy(state, ask.holder, now);
  undo(state, ask, seen, rules);
  const unknown = unknownOf(state, ask);
  const verdict = verdictOf(state, now, ask.credential);
  const revoked = revokedIn(state, now, rules);
  const stale = isStale(state, ask, rules);
  const decision = unknown.length > 0 ? undecided : decide(state, ask, seen, stale, now, rules);
  // A revoked credential takes nothing; the lease is its neighbours' too.
  const isBarred = verdict !== null && verdict.credential === undefined;
  const spareMs = stale || isBarred ? 0 : spareMsOf(state, ask, now, rules);
  if (decision.fresh && decision.ok && spareMs > 0) grantSpare(state, ask, now, rules);
  const { renewed, holdMs } = renew(state, ask, now, rules);
  const asked = recordsOf(state, ask);
  for (const record of asked) {
    touch(state, record, now, rules);
    noteThresholds(state, record, now, rules);
  }
  const reply: Reply = {
    seq: ask.seq,
    ok: decision.ok,
    deniedBy: decision.deniedBy,
    retryMs: decision.retryMs,
    verdict,
    lease: ask.lease,
    stale,
    spareMs,
    holdMs,
    renewed,
    granted: grantedOf(state, ask),
    reportsApplied: state.holders.get(ask.holder)?.reportsApplied ?? 0,
    at: now,
    remaining: remainingOf(state, ask, asked, now, rules),
    ...(revoked.length > 0 ? { revoked } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
  return { reply, booked };
}

const loadMs = 10_000;

function countAsk({ load }: LedgerState, now: number): void {
  load.asks = asksOfLate(load, now) + 1;
  load.at = now;
}

const asksOfLate = ({ asks, at }: LedgerState["load"], now: number): number => asks * Math.exp((at - now) / loadMs);

const undecided = { ok: false, deniedBy: null, retryMs: 0, took: [], fresh: false };

function unknownOf(state: LedgerState, ask: Ask): LimitKey[] {
  const named = new Set([ask.take ?? {}, ask.hold, ask.spare].flatMap((units) => Object.keys(units)));
  return [...named].filter((key) => !state.limits.has(key));
}

function grantedOf(state: LedgerState, ask: Ask): Record<LimitKey, number> {
  const pools = state.leases.get(leaseKey(ask.holder, ask.lease))?.pools ?? {};
  return Object.fromEntries(Object.entries(pools).map(([key, pool]) => [key, pool.granted]));
}

/** The limits that an Ask is about: those it wants units of, those of its lease, and those of what it says of others. */
function recordsOf(state: LedgerState, ask: Ask): LimitRecord[] {
  const lease = state.leases.get(leaseKey(ask.holder, ask.lease));
  const said = ask.says.map(({ pools }) => pools);
  const named = [ask.take ?? {}, ask.hold, ask.spare, lease?.pools ?? {}, ...said].flatMap((one) => Object.keys(one));
  return [...new Set(named)].flatMap((key) => state.limits.get(key) ?? []);
}

function remainingOf(
  state: LedgerState,
  ask: Ask,
  asked: readonly LimitRecord[],
  now: number,
  rules: LedgerRules,
): Reply["remaining"] {
  const lease = state.leases.get(leaseKey(ask.holder, ask.lease));
  const remaining: Record<LimitKey, { left: number; resetMs: number }> = {};
  for (const record of asked) {
    const { key } = record.definition;
    const pool = lease?.dead === false ? lease.pools[key] : undefined;
    const own = pool !== undefined && isCurrent(rules, record, pool) ? pool.out : 0;
    const { left, resetMs } = standingInShard(state, record, now) ?? {
      left: leftUnits(rules, record),
      resetMs: resetOf(record, now, rules),
    };
    remaining[key] = { left: Math.max(0, left + own), resetMs };
  }
  return remaining;
}

function resetOf(record: LimitRecord, now: number, rules: LedgerRules): number {
  return algorithmFor(rules, record).resetMs(record.definition.limit, record.occupancy, now);
}

/** Sets or lifts a verdict; exact callers meet it at their next call, leased ones within ttl + margin. */
export function judge(state: LedgerState, judgement: Judgement, time: number, rules: LedgerRules): Verdict | null {
  const now = passTime(state, time, rules);
  const { kind, credential, serial, holds, forMs } = judgement;
  const key = verdictKey(judgement);
  const before = state.verdicts.get(key);
  if (before === undefined || serial > before.serial) {
    const until = forMs === undefined ? null : now + forMs;
    state.verdicts.set(key, {
      kind,
      serial,
      holds,
      since: now,
      until,
      ...(credential === undefined ? {} : { credential }),
    });
    state.changed.verdicts.add(key);
  }
  return verdictOf(state, now, credential);
}

/** Funds grants, or changes what is said of them. */
export function fund(state: LedgerState, { key, grants }: Funding, time: number, rules: LedgerRules): void {
  const now = passTime(state, time, rules);
  const account = creditOf(state, key);
  for (const grant of grants) fundGrant(account, grant, now);
  state.changed.credits.add(key);
}

/** The ledger as it stands. Brings the copy in memory up to now, writes nothing. */
export function peek(state: LedgerState, time: number, rules: LedgerRules): LedgerSnapshot {
  const now = passTime(state, time, rules);
  const limits = [...state.limits.values()].map((record) => ({
    key: record.definition.key,
    limit: record.definition.limit,
    left: Math.max(0, leftUnits(rules, record)),
    resetMs: resetOf(record, now, rules),
    leased: record.out,
    orphaned: record.orphaned,
  }));
  const credits = [...state.credits].map(([key, account]) => ({
    key,
    available: availableOf(account),
    writtenOff: account.writtenOff,
    grants: account.grants.map(({ serial: _serial, voided: _voided, movedAt: _movedAt, ...grant }) => grant),
  }));
  const { restarts, lateCells } = state.meta;
  const asksPerSecond = Math.round((asksOfLate(state.load, now) * 1_000) / loadMs);
  const health = { restarts, lateCells, holders: state.holders.size, asksPerSecond };
  return { verdict: verdictOf(state, now), limits, credits, health };
}
