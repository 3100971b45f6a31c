/**
 * @module What an isolate knows of one ledger: plain data, shared by its requests, without a promise in it (R1). An
 * isolate is just a place where units lie that are already occupied: whatever happens here can waste units, not make any.
 */
import type { LimitDefinition, LimitKey } from "../limit.ts";
import type { Units, Verdict } from "./messages.ts";
import { emptyUsage, isReported } from "./usage-buffer.ts";
import type { UsageBuffer } from "./usage-buffer.ts";

/** Cumulative counts but `held`; free = granted − spent − returned − held. Each pool has its own end: a quota may join a lease late. */
export interface Pool {
  granted: number;
  spent: number;
  returned: number;
  /** By calls that have not ended. */
  held: number;
  /** Spent beyond all that was granted: calls that cost more than was reserved for them. */
  over: number;
  /** When the Ask was sent that renewed it last, and how long it may be spent since (R2). Own clock. */
  sentAt: number;
  spareUntil: number;
}

export interface LeaseView {
  number: number;
  /** Spare has been asked into it, so the object may hold units for it that no reply has shown yet. */
  asked: boolean;
  /** When the Ask was sent that renewed it last, and how long what calls hold of it lives since. Own clock. */
  renewedAt: number;
  heldUntil: number;
  pools: Map<LimitKey, Pool>;
}

export interface Denial {
  readonly at: number;
  readonly until: number;
  /** When the units are said to be there: what a caller is told. */
  readonly retryAt: number;
  readonly units: number;
}

/** What the last reply said of a limit. */
export interface Standing {
  readonly seq: number;
  readonly left: number;
  readonly resetAt: number;
  readonly spentBefore: number;
}

/**
 * What an isolate has heard of a limit. All of it is thrift: without it the next call asks, with the definition, and hears
 * it again. So it may be forgotten whenever no lease, question or refusal rests on it.
 */
export interface Heard {
  /** When the Ask was sent whose reply told of it last. Own clock. */
  at: number;
  /** The newest definition that the object has seen from here; revision −1: none. */
  generation: number;
  revision: number;
  standing: Standing | null;
  denial: Denial | null;
  /** Units spent here since it is remembered. */
  spent: number;
}

/** An Ask on its way. */
export interface Sent {
  readonly sentAt: number;
  /** The lease that its hold goes into, and that its reply tells of. */
  readonly lease: number;
  readonly take: Units;
  readonly hold: Units;
  /** Nobody waits for it any more: it admits nobody (R6). */
  abandoned: boolean;
  readonly finals: readonly number[];
  readonly undo: readonly number[];
  readonly definitions: readonly LimitDefinition[];
  /** What had been spent here when it left, of the limits that its reply can name: what came later is not in it. */
  readonly spentBefore: ReadonlyMap<LimitKey, number>;
}

/** What a call takes of one limit. */
export interface Share {
  readonly key: LimitKey;
  readonly units: number;
  /** Held until the call ends, which then says what it cost; else spent at admission. */
  readonly held: boolean;
  /** Given back at the end, whatever the call cost. */
  readonly permit: boolean;
  /** A call goes on without this permit if it is lost: asked for by the limit. */
  readonly isDispensable: boolean;
  /** Paid from credit: a call that costs more than was reserved ends when nothing is left. */
  readonly isPaid: boolean;
}

/** The limits that one kind of call meets together, and how often it comes (R21). */
export interface Bundle {
  readonly shares: readonly Share[];
  /** Some of it is held. */
  readonly isHeld: boolean;
  /** Calls of late, decaying by the second. */
  count: number;
  countedAt: number;
  /** Doubles while leases run dry within `settleMs`, halves when most of one comes back. */
  boost: number;
  grantedAt: number;
  refillUntil: number;
}

/** What one call holds until it ends. */
export interface Hold {
  readonly lease: LeaseView;
  readonly bundle: Bundle;
  /** What the call did not need stays for those after it; in exact mode it goes back. */
  readonly keeps: boolean;
  /** What the call has cost so far, as far as it is known and told. */
  spent: number;
  /** When the call was last known to live: a runtime may end an invocation without a word. */
  seenAt: number;
}

export interface LedgerView {
  readonly ledger: string;
  readonly holder: string;
  seq: number;
  lease: LeaseView;
  /** Over, but not yet acknowledged as final by the object (R4). */
  readonly closing: LeaseView[];
  readonly inFlight: Map<number, Sent>;
  readonly undo: Set<number>;
  readonly holds: Set<Hold>;
  readonly usage: UsageBuffer;
  readonly heard: Map<LimitKey, Heard>;
  /** With more than these, what nothing rests on is forgotten. */
  heardMax: number;
  readonly bundles: Map<string, Bundle>;
  /** The bundle of the last call, under what it was made of. */
  latest: {
    readonly definitions: readonly LimitDefinition[];
    readonly cost: number;
    readonly variable: boolean;
    readonly bundle: Bundle;
  } | null;
  /** Credentials that were revoked of late, and until when that is remembered here: long enough for their records to say so. */
  readonly revoked: Map<string, { readonly at: number; readonly until: number }>;
  verdict: { readonly verdict: Verdict; readonly seq: number; readonly at: number; readonly until: number } | null;
  /** The object said that it is overloaded: it is left alone so long. */
  overloadedUntil: number;
  rttMs: number;
  lastCallAt: number;
  flusherUntil: number;
}

export function emptyView(ledger: string, holder: string): LedgerView {
  return {
    ledger,
    holder,
    seq: 0,
    lease: emptyLease(1),
    closing: [],
    inFlight: new Map(),
    undo: new Set(),
    holds: new Set(),
    usage: emptyUsage(),
    heard: new Map(),
    heardMax: 16,
    bundles: new Map(),
    latest: null,
    revoked: new Map(),
    verdict: null,
    overloadedUntil: 0,
    rttMs: 50,
    lastCallAt: -Infinity,
    flusherUntil: -Infinity,
  };
}

const emptyLease = (number: number): LeaseView => {
  return { number, asked: false, renewedAt: -Infinity, heldUntil: -Infinity, pools: new Map() };
};

export const emptyPool = (sentAt: number): Pool => {
  return { granted: 0, spent: 0, returned: 0, held: 0, over: 0, sentAt, spareUntil: sentAt };
};

export const freeOf = (pool: Pool): number => pool.granted - pool.spent - pool.returned - pool.held;

/** R2: only elapsed time on this clock counts; a reading before the send means that the clock stepped. */
const isLive = (pool: Pool, now: number): boolean => now >= pool.sentAt && now < pool.spareUntil;

/** Calls of this bundle that the lease can still admit. */
export function callsLeft(view: LedgerView, bundle: Bundle, now: number): number {
  let calls = Infinity;
  for (const { key, units } of bundle.shares) {
    const pool = view.lease.pools.get(key);
    calls = Math.min(calls, pool !== undefined && isLive(pool, now) ? Math.floor(freeOf(pool) / units) : 0);
  }
  return calls;
}

/** R1: over all limits of all ledgers of a call, all or nothing, in one synchronous stretch. */
export function spend(parts: readonly { view: LedgerView; bundle: Bundle }[], now: number): boolean {
  for (const { view, bundle } of parts) if (callsLeft(view, bundle, now) < 1) return false;
  for (const { view, bundle } of parts) {
    for (const { key, units, held } of bundle.shares) {
      const pool = view.lease.pools.get(key);
      if (pool === undefined) continue;
      if (held) pool.held += units;
      else pool.spent += units;
      const heard = view.heard.get(key);
      if (heard !== undefined) heard.spent += units;
    }
  }
  return true;
}

/**
 * Takes back what was spent of `lease` by a call that was not served after all; false: it cannot be, and is wasted. What
 * it held is let go by {@link settleHeld}.
 *
 * As long as no Ask has left since (`seq` is the last before the spending), nobody has heard of it, and the units lie in the
 * lease as if they had never been touched: outstanding at the object, so that they occupy every window and stop a bucket's
 * refill. Once an Ask has named them, lost or not, the object may have let them go: into a window that may be over before
 * they were spent again, into a bucket that refills, and `spent` is applied by maximum, so that the same count would then
 * stand for two calls (R14). One that was said is therefore never taken back, for no algorithm: soundness before thrift.
 */
export function unspend(view: LedgerView, bundle: Bundle, lease: LeaseView, seq: number): boolean {
  if (view.seq !== seq) return false;
  for (const { key, units, held } of bundle.shares) {
    const pool = lease.pools.get(key);
    if (pool === undefined || held) continue;
    pool.spent -= units;
    // R4: closed meanwhile, it will not be spent from again; what is free of it goes back.
    if (lease !== view.lease) pool.returned += units;
    const heard = view.heard.get(key);
    if (heard !== undefined) heard.spent -= units;
  }
  return true;
}

/** R4: an ended lease is closed with all its free units returned; its number is never used again. */
export function closeLease(view: LedgerView): void {
  if (!view.lease.asked) return;
  let granted = 0;
  let free = 0;
  for (const pool of view.lease.pools.values()) {
    granted += pool.granted;
    free += freeOf(pool);
    pool.returned += freeOf(pool);
  }
  // Most of it was not needed: ask for less next time.
  if (free * 2 > granted) for (const bundle of view.bundles.values()) bundle.boost = Math.max(1, bundle.boost / 2);
  view.closing.push(view.lease);
  view.lease = emptyLease(view.lease.number + 1);
}

/** Closes the lease if any of it has lapsed, or the clock stepped back behind it. */
export function lapse(view: LedgerView, now: number): void {
  for (const pool of view.lease.pools.values()) if (!isLive(pool, now)) return closeLease(view);
}

/** Whether the object knows all that there is to know from here, so that the view may be dropped without loss. */
export function isSettled(view: LedgerView): boolean {
  return isReported(view.usage) && view.undo.size === 0 && view.closing.length === 0 && !view.lease.asked;
}
