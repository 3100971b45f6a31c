/**
 * @module What a ledger object knows. Memory is a copy of the disk, plus what R10 allows to be lost: takes within a
 * pre-written allowance, and which messages were seen. Functions change it in place and mark what must be written.
 */
import type { LimitDefinition, LimitKey } from "../limit.ts";
import type { Algorithm, Occupancy } from "./algorithm.ts";
import { algorithmOf, algorithms } from "./algorithms.ts";
import type { Algorithms } from "./algorithms.ts";
import { ledgerConstants } from "./constants.ts";
import type { LedgerConstants } from "./constants.ts";
import { emptyCredit, passCreditTime } from "./credit-account.ts";
import type { ByGrant, CreditAccount } from "./credit-account.ts";
import type { Verdict } from "./messages.ts";
import type { Notice, Warned } from "./notice.ts";
import { sliceOf } from "./slice.ts";
import type { Upward } from "./slice.ts";
import { creditSource } from "./source.ts";
import type { UnitSource } from "./source.ts";
import { lapse } from "./view.ts";

export interface LedgerRules {
  readonly constants: LedgerConstants;
  readonly algorithms: Algorithms;
}

export const ledgerRules: LedgerRules = { constants: ledgerConstants, algorithms };

export interface LimitRecord {
  definition: LimitDefinition;
  occupancy: Occupancy;
  /** On disk: takes that memory may have given out since the write. In memory: what is left of that. */
  allowance: number;
  /** When a take was last answered from memory. Never stored. */
  takenAt: number;
  /** Units that count as spent in this window or period because their isolate died with them. */
  orphaned: number;
  /** What has been told of it in this period. */
  warned?: Warned;
  /** When it was last asked about, give or take: an idle limit is forgotten (`forget.ts`). */
  askedAt: number;
  /** Units in leases that occupy this limit. Never stored: always the sum over the leases. */
  out: number;
  /** Where its units come from: null: time brings them. Never stored with it: it is there before and after the limit. */
  source: UnitSource | null;
}

/** One limit's units in a lease; counts are cumulative but `out` and `forfeited`. */
export interface PoolRecord {
  granted: number;
  out: number;
  spent: number;
  returned: number;
  /** Spent beyond what was granted (R14). */
  over: number;
  /** Of `out`, what calls hold that have not ended, as the isolate said last: the rest lies idle. */
  held: number;
  /** Counted as spent when the lease died, and not yet reported as really spent. */
  forfeited: number;
  /** `since` of the limit when the pool began: tells the periods of a quota apart, and a shard's leases. */
  period: number;
  /** Of credit: which grants `out` came from. */
  from?: ByGrant;
}

export function emptyPool(period: number): PoolRecord {
  return { granted: 0, out: 0, spent: 0, returned: 0, over: 0, held: 0, forfeited: 0, period };
}

export interface LeaseRecord {
  holder: string;
  number: number;
  deadline: number;
  dead: boolean;
  pools: Record<LimitKey, PoolRecord>;
}

export interface HolderRecord {
  leaseFloor: number;
  reportsApplied: number;
  seenAt: number;
}

export interface VerdictRecord extends Verdict {
  holds: boolean;
  since: number;
  until: number | null;
}

/** A decision that a repeated message must not take again (R15). Not stored: a restart can only waste units by it. */
export interface Decision {
  readonly ok: boolean;
  readonly deniedBy: LimitKey | null;
  readonly retryMs: number;
  took: readonly { readonly key: LimitKey; readonly units: number; readonly since: number }[];
}

export interface SeenHolder {
  floor: number;
  at: number;
  readonly decisions: Map<number, Decision>;
}

export interface LedgerMeta {
  /** The highest time seen: a restart on a machine whose clock is behind goes on from here. */
  clock: number;
  restarts: number;
  /** Minutes up to this one are gone from the disk; a late cell of theirs is booked on the current minute (R19). */
  prunedMinute: number;
  lastMinute: number;
  /** Cells that came after their minute was gone. */
  lateCells: number;
  /** The oldest minute that D1 does not have as it stands here, and when to send it. */
  dirtyMinute: number | null;
  flushAt: number | null;
  /** When totals were last sent. */
  flushedAt: number;
  sweepAt: number | null;
  alarmAt: number | null;
}

export interface LedgerState {
  readonly meta: LedgerMeta;
  /** The clock as the disk has it. */
  clockWritten: number;
  readonly limits: Map<LimitKey, LimitRecord>;
  readonly leases: Map<string, LeaseRecord>;
  readonly holders: Map<string, HolderRecord>;
  /** By kind, and credential where it is about one. */
  readonly verdicts: Map<string, VerdictRecord>;
  readonly credits: Map<LimitKey, CreditAccount>;
  /** What is to be told, by id. */
  readonly notices: Map<string, Notice>;
  readonly seen: Map<string, SeenHolder>;
  /** Asks of late: the count decays by e in ten seconds. Not stored. */
  readonly load: { asks: number; at: number };
  /** Of a shard: what it has of its ledger. */
  readonly upward: Upward | null;
  readonly changed: {
    readonly owners: Set<string>;
    readonly leases: Set<string>;
    readonly holders: Set<string>;
    readonly verdicts: Set<string>;
    readonly credits: Set<LimitKey>;
    readonly notices: Set<string>;
    upward: boolean;
    meta: boolean;
  };
}

export function emptyLedger(now: number, upward: Upward | null = null): LedgerState {
  return {
    meta: {
      clock: now,
      restarts: 0,
      prunedMinute: 0,
      lastMinute: 0,
      lateCells: 0,
      dirtyMinute: null,
      flushAt: null,
      flushedAt: 0,
      sweepAt: null,
      alarmAt: null,
    },
    clockWritten: 0,
    limits: new Map(),
    leases: new Map(),
    holders: new Map(),
    verdicts: new Map(),
    credits: new Map(),
    notices: new Map(),
    seen: new Map(),
    load: { asks: 0, at: now },
    upward,
    changed: {
      owners: new Set(),
      leases: new Set(),
      holders: new Set(),
      verdicts: new Set(),
      credits: new Set(),
      notices: new Set(),
      upward: false,
      meta: false,
    },
  };
}

/** The holder of what a restart may have lost (R11). No isolate has this name. */
export const nobody = "restart";

export const leaseKey = (holder: string, number: number): string => `${holder}/${number}`;

/** `<plan or policy id>/<limit name>`: limits of one owner share a row, so a call of one plan touches one row. */
export const ownerOf = (key: LimitKey): string => key.slice(0, Math.max(0, key.lastIndexOf("/")));

export function holderOf(state: LedgerState, holder: string, now: number): HolderRecord {
  const known = state.holders.get(holder) ?? { leaseFloor: 0, reportsApplied: 0, seenAt: now };
  state.holders.set(holder, known);
  known.seenAt = now;
  state.changed.holders.add(holder);
  return known;
}

export function algorithmFor(rules: LedgerRules, record: LimitRecord): Algorithm {
  return algorithmOf(rules.algorithms, record.definition.limit);
}

/** Whether a pool's units occupy its limit as it stands now, or belong to a period that is over. */
export function isCurrent(rules: LedgerRules, record: LimitRecord, pool: PoolRecord): boolean {
  return algorithmFor(rules, record).outstanding === "carried" || pool.period === record.occupancy.since;
}

/** A subscription's credit; an empty account where nothing has been granted yet. */
export function creditOf(state: LedgerState, key: LimitKey): CreditAccount {
  const account = state.credits.get(key) ?? emptyCredit();
  state.credits.set(key, account);
  return account;
}

/** Where a limit's units come from, if it is not time that brings them. */
export function sourceFor(state: LedgerState, { key, limit }: LimitDefinition): UnitSource | null {
  const { upward, changed, meta } = state;
  if (upward !== null) return sliceOf(upward, key, () => (changed.upward = true));
  if (limit.algorithm !== "credit") return null;
  return creditSource(
    creditOf(state, key),
    () => meta.clock,
    () => changed.credits.add(key),
  );
}

/** Most units that may be occupied at once; of a source: what is there, in leases or not. */
export function capacityOf(rules: LedgerRules, record: LimitRecord): number {
  if (record.source !== null) return record.source.available() + record.out;
  return algorithmFor(rules, record).capacity(record.definition.limit);
}

/** Whole units that may be granted now. Leaking buckets are fractions, hence the grain of tolerance. */
export function freeUnits(rules: LedgerRules, record: LimitRecord): number {
  return Math.floor(capacityOf(rules, record) - record.occupancy.used - record.out + 1e-9);
}

/** Whole units that callers are told are left: what is free, but of a limit that lets calls beyond it through. */
export function leftUnits(rules: LedgerRules, record: LimitRecord): number {
  if (record.source !== null) return record.source.available();
  const stated = algorithmFor(rules, record).stated(record.definition.limit);
  return Math.floor(stated - record.occupancy.used - record.out + 1e-9);
}

/** `out` from the leases: after a restart, a new definition, or a new period. */
export function countOut(state: LedgerState, record: LimitRecord, rules: LedgerRules): void {
  record.out = 0;
  for (const lease of state.leases.values()) {
    const pool = lease.pools[record.definition.key];
    if (pool !== undefined && isCurrent(rules, record, pool)) record.out += pool.out;
  }
}

/** The time at the object, never backwards (R11), with all limits brought up to it. */
export function passTime(state: LedgerState, time: number, rules: LedgerRules): number {
  const now = Math.max(time, state.meta.clock);
  state.meta.clock = now;
  if (state.upward !== null) {
    lapse(state.upward.view, now);
    for (const record of state.limits.values()) followLease(state, record, rules);
    return now;
  }
  for (const [key, account] of state.credits) if (passCreditTime(account, now)) state.changed.credits.add(key);
  for (const record of state.limits.values()) {
    endOverride(state, record, now, rules);
    const algorithm = algorithmFor(rules, record);
    if (!algorithm.advance(record.definition.limit, record.occupancy, now)) continue;
    record.orphaned = 0;
    if (algorithm.outstanding === "ends") countOut(state, record, rules);
  }
  return now;
}

/** In a shard what is outstanding is of the lease above that is open; what is of an earlier one is settled with that. */
export function followLease(state: LedgerState, record: LimitRecord, rules: LedgerRules): void {
  const number = state.upward?.view.lease.number ?? record.occupancy.since;
  if (record.occupancy.since === number) return;
  record.occupancy.since = number;
  record.orphaned = 0;
  countOut(state, record, rules);
}

/** What a limit was for a time, it is no longer; what has been used of it stays used. */
export function endOverride(state: LedgerState, record: LimitRecord, now: number, rules: LedgerRules): void {
  const { ends, ...definition } = record.definition;
  // What the ledger above has of it, a shard tells on as it is.
  if (ends === undefined || now < ends.at || state.upward !== null) return;
  // Until then, time has passed for it as it was.
  algorithmFor(rules, record).advance(definition.limit, record.occupancy, ends.at);
  record.definition = { ...definition, limit: ends.limit };
  state.changed.owners.add(ownerOf(definition.key));
}
