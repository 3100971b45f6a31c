/**
 * @module The ledger on disk, and back. Rows are small JSON, so that a write touches two or three of them. Unknown fields
 * are ignored and new ones optional, in both directions (ledger.md §4).
 */
import { endOfHour } from "./hour-totals.ts";
import { takeJournal } from "./credit-account.ts";
import type { CreditAccount } from "./credit-account.ts";
import type { Notice } from "./notice.ts";
import { planFlush } from "./report.ts";
import { closeLease } from "./view.ts";
import { readUpward, storedUpward } from "./slice.ts";
import type { StoredUpward, Upward } from "./slice.ts";
import {
  countOut,
  followLease,
  emptyLedger,
  emptyPool,
  leaseKey,
  nobody,
  ownerOf,
  passTime,
  sourceFor,
} from "./state.ts";
import type {
  HolderRecord,
  LeaseRecord,
  LedgerMeta,
  LedgerRules,
  LedgerState,
  LimitRecord,
  PoolRecord,
  VerdictRecord,
} from "./state.ts";

/** What is read into memory; the journal of credit is only written, and read when somebody asks for it. */
export const ledgerTables = [
  "limit_state",
  "lease",
  "holder",
  "verdict",
  "credit",
  "notice",
  "upward",
  "meta",
] as const;
export type LedgerTable = (typeof ledgerTables)[number] | "journal";

/** `value` is JSON; null: the row goes. */
export interface LedgerRow {
  readonly table: LedgerTable;
  readonly key: string;
  readonly value: string | null;
}

/** A row from before limits were forgotten lacks `askedAt`. */
type StoredLimit = Omit<LimitRecord, "out" | "source" | "takenAt" | "askedAt"> & Partial<Pick<LimitRecord, "askedAt">>;

/** A pool from before units were held lacks `over` and `held`. */
type StoredPool = Omit<PoolRecord, "over" | "held"> & Partial<PoolRecord>;
type StoredLease = Omit<LeaseRecord, "pools"> & { readonly pools: Readonly<Record<string, StoredPool>> };

/** The clock on the disk may be so far behind: each row costs, and all that rests on it only waits for so much longer. */
const clockMs = 1_000;

/** What has changed since the last call, as rows. The clock goes with other writes, about once a second. */
export function changesOf(state: LedgerState): LedgerRow[] {
  const { changed } = state;
  const rows: LedgerRow[] = [];
  for (const [owner, limits] of limitsBy(state, changed.owners)) {
    rows.push(row("limit_state", owner, limits.length === 0 ? undefined : limits));
  }
  for (const key of changed.leases) rows.push(row("lease", key, state.leases.get(key)));
  for (const key of changed.holders) rows.push(row("holder", key, state.holders.get(key)));
  for (const key of changed.verdicts) rows.push(row("verdict", key, state.verdicts.get(key)));
  for (const id of changed.notices) rows.push(row("notice", id, state.notices.get(id)));
  for (const key of changed.credits) rows.push(...creditRows(state, key));
  if (changed.upward && state.upward !== null) rows.push(row("upward", "upward", storedUpward(state.upward)));
  if (changed.meta || (rows.length > 0 && state.meta.clock - state.clockWritten >= clockMs)) {
    state.clockWritten = state.meta.clock;
    rows.push(row("meta", "meta", state.meta));
  }
  for (const set of [
    changed.owners,
    changed.leases,
    changed.holders,
    changed.verdicts,
    changed.credits,
    changed.notices,
  ])
    set.clear();
  changed.upward = false;
  changed.meta = false;
  return rows;
}

/** The account, and what has become journal since. */
function creditRows(state: LedgerState, key: string): LedgerRow[] {
  const account = state.credits.get(key);
  const entries = account === undefined ? [] : takeJournal(account, state.meta.clock);
  return [
    ...entries.map(([number, entry]) => row("journal", journalKey(key, number), entry)),
    row("credit", key, account),
  ];
}

/** A journal is as long as this at most: an entry of each kind an hour for longer than anybody counts. */
export const journalDigits = 12;
export const journalEntriesMax = 10 ** journalDigits - 1;

/** In the order of the entries, which are numbered from 1. */
export const journalKey = (key: string, number: number): string =>
  `${key}#${String(number).padStart(journalDigits, "0")}`;

function row(table: LedgerTable, key: string, value: unknown): LedgerRow {
  return { table, key, value: value === undefined ? null : JSON.stringify(value) };
}

/** `out` and `source` stay behind: they are elsewhere on the disk, and a second copy could disagree. `takenAt` is memory's. */
function limitsBy(state: LedgerState, owners: ReadonlySet<string>): Map<string, StoredLimit[]> {
  const limits = new Map([...owners].map((owner): [string, StoredLimit[]] => [owner, []]));
  if (owners.size === 0) return limits;
  for (const { out: _out, source: _source, takenAt: _takenAt, ...stored } of state.limits.values()) {
    limits.get(ownerOf(stored.definition.key))?.push(stored);
  }
  return limits;
}

/**
 * R11: the state after a loss of memory. An allowance that was not used up may have been given out by the lost memory, or
 * by a superseded instance that still answers: it becomes a lease of nobody that is due at once, stays outstanding for
 * the margin and is then spent. Write {@link changesOf} before the first answer.
 */
export function restore(
  rows: readonly LedgerRow[],
  time: number,
  rules: LedgerRules,
  upward: Upward | null = null,
): LedgerState {
  const state = emptyLedger(time, upward);
  for (const { table, key, value } of rows) if (value !== null) read(state, table, key, JSON.parse(value), time, rules);
  for (const record of state.limits.values()) record.source = sourceFor(state, record.definition);
  state.meta.restarts += 1;
  if (upward !== null) restartShard(state, upward, time, rules);
  const now = passTime(state, time, rules);
  // Before totals were of hours, a part of one could be gone: then all of it counts as gone.
  if (state.meta.prunedMinute > 0) state.meta.prunedMinute = endOfHour(state.meta.prunedMinute);
  // A minute that is neither flushed nor planned would wait for the next report.
  if (state.meta.dirtyMinute !== null || state.notices.size > 0) planFlush(state, now, rules);
  orphanAllowances(state, now);
  for (const record of state.limits.values()) countOut(state, record, rules);
  return state;
}

function read(
  state: LedgerState,
  table: LedgerTable,
  key: string,
  value: unknown,
  time: number,
  { algorithms }: LedgerRules,
): void {
  if (table === "meta") Object.assign(state.meta, value as LedgerMeta);
  else if (table === "lease") state.leases.set(key, leaseOf(value as StoredLease));
  else if (table === "holder") state.holders.set(key, value as HolderRecord);
  else if (table === "verdict") state.verdicts.set(key, value as VerdictRecord);
  else if (table === "notice") state.notices.set(key, value as Notice);
  else if (table === "upward" && state.upward !== null) readUpward(state.upward, value as StoredUpward);
  else if (table === "credit") state.credits.set(key, value as CreditAccount);
  else if (table === "limit_state")
    for (const stored of value as StoredLimit[]) {
      // Written by newer code, before a roll-back: better uncounted than a ledger that is dead.
      if (!Object.hasOwn(algorithms, stored.definition.limit.algorithm)) continue;
      state.limits.set(stored.definition.key, {
        ...stored,
        askedAt: stored.askedAt ?? time,
        takenAt: 0,
        out: 0,
        source: null,
      });
    }
}

function leaseOf({ pools, ...lease }: StoredLease): LeaseRecord {
  const read = Object.entries(pools).map(([key, pool]) => [key, { over: 0, held: 0, ...pool }] as const);
  return { ...lease, pools: Object.fromEntries(read) };
}

/** Numbers of questions go on from where no lost memory was: so many in one life are more than anybody asks. */
const seqsOfLife = 1e9;

/**
 * A shard's lost memory gave out of what was leased to it: that stays in its lease, which is closed, so that everything else goes
 * back. The ledger above need not know of it.
 */
function restartShard(state: LedgerState, { view }: Upward, time: number, rules: LedgerRules): void {
  view.seq = state.meta.restarts * seqsOfLife;
  for (const record of state.limits.values()) followLease(state, record, rules);
  orphanAllowances(state, Math.max(time, state.meta.clock));
  closeLease(view);
  state.changed.upward = true;
}

function orphanAllowances(state: LedgerState, now: number): void {
  const pools: LeaseRecord["pools"] = {};
  for (const [key, record] of state.limits) {
    // Of a source no more can have been given out than the disk has of it.
    const units = Math.min(record.allowance, record.source?.available() ?? Infinity);
    if (record.allowance > 0) state.changed.owners.add(ownerOf(key));
    record.allowance = 0;
    if (units === 0) continue;
    const pool = { ...emptyPool(record.occupancy.since), granted: units, out: units };
    pools[key] = pool;
    record.source?.reserve(pool, units);
  }
  if (Object.keys(pools).length === 0) return;
  const number = state.meta.restarts;
  const key = leaseKey(nobody, number);
  state.leases.set(key, { holder: nobody, number, deadline: now, dead: false, pools });
  state.changed.leases.add(key);
}
