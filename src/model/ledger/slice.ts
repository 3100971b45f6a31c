/**
 * @module What a shard has of its ledger (ledger.md §7). A shard is a holder to the ledger, like an isolate, and a ledger to
 * its isolates: what it hands out is the ledger's, leased, and occupies the ledger's limits until the shard has said what
 * became of it. So a shard knows no window and no period, and neither its restart nor another number of shards can make units.
 *
 * In the view of the ledger above, units that lie in isolates' leases are `held`, as by calls that have not ended.
 */
import type { LimitKey } from "../limit.ts";
import type { UnitSource } from "./source.ts";
import { emptyPool, emptyView, freeOf } from "./view.ts";
import type { LeaseView, LedgerView, Pool } from "./view.ts";

export interface Upward {
  /** Of the ledger above. Its holder is the shard's name. */
  readonly view: LedgerView;
  /** Units per second of late, by limit. */
  readonly demand: Map<LimitKey, { units: number; at: number }>;
  askedAt: number;
}

export function emptyUpward(ledger: string, shard: string): Upward {
  return {
    view: emptyView(ledger, shard),
    demand: new Map(),
    askedAt: -Infinity,
  };
}

/** The lease of the ledger above with that number, as long as anything of it is unsettled. */
export function leaseAbove({ view }: Upward, number: number): LeaseView | undefined {
  return view.lease.number === number ? view.lease : view.closing.find((lease) => lease.number === number);
}

/** A pool's `period` is the number of the lease above that its units are of. */
export function sliceOf(upward: Upward, key: LimitKey, changed: () => void): UnitSource {
  const { view } = upward;
  const poolOf = (number: number): Pool | undefined => leaseAbove(upward, number)?.pools.get(key);
  const available = (): number => {
    const pool = view.lease.pools.get(key);
    return pool === undefined ? 0 : Math.max(0, freeOf(pool));
  };
  const hear = (units: number): void => {
    const heard = view.heard.get(key);
    if (heard !== undefined) heard.spent += units;
  };
  return {
    available,
    changed,
    reserve({ period }, units) {
      const pool = poolOf(period);
      if (pool === undefined) throw new Error(`${units} units were reserved of a lease that is over`);
      pool.held += units;
      hear(units);
    },
    consume({ period }, units) {
      const pool = poolOf(period);
      if (pool === undefined) throw new Error(`${units} units were spent of a lease that is over`);
      pool.held -= units;
      pool.spent += units;
    },
    release({ period }, units) {
      const pool = poolOf(period);
      if (pool === undefined) throw new Error(`${units} units came back of a lease that is over`);
      pool.held -= units;
      hear(-units);
    },
    spend(units) {
      const within = Math.min(units, available());
      const pool = view.lease.pools.get(key) ?? emptyPool(-Infinity);
      pool.spent += within;
      pool.over += units - within;
      // It is told, whether anything has been leased or not.
      view.lease.pools.set(key, pool);
      view.lease.asked = true;
      hear(units);
    },
    // As in an isolate: once an Ask has left since, the ledger above may have let the unit go (see `unspend`).
    stamp: () => view.seq,
    undo(units, stamp) {
      const pool = view.lease.pools.get(key);
      if (stamp !== view.seq || pool === undefined || pool.spent < units) return false;
      pool.spent -= units;
      hear(-units);
      return true;
    },
  };
}

/** On disk. What is read again is closed at once, so nothing is kept of when it was granted. */
export interface StoredUpward {
  readonly number: number;
  readonly asked: boolean;
  readonly pools: StoredPools;
  readonly closing: readonly { readonly number: number; readonly pools: StoredPools }[];
}

type StoredPools = Readonly<Record<LimitKey, Omit<Pool, "sentAt" | "spareUntil">>>;

export function storedUpward({ view }: Upward): StoredUpward {
  const { number, asked, pools } = view.lease;
  const closing = view.closing.map((lease) => ({ number: lease.number, pools: storedPools(lease.pools) }));
  return { number, asked, pools: storedPools(pools), closing };
}

function storedPools(pools: ReadonlyMap<LimitKey, Pool>): StoredPools {
  return Object.fromEntries(
    [...pools].map(([key, { granted, spent, returned, held, over }]) => [
      key,
      { granted, spent, returned, held, over },
    ]),
  );
}

/** Nothing of it may be handed out before the ledger above has been heard again. */
export function readUpward(upward: Upward, { number, asked, pools, closing }: StoredUpward): void {
  const { view } = upward;
  view.lease = { ...view.lease, number, asked, pools: readPools(pools) };
  for (const lease of closing) {
    view.closing.push({
      number: lease.number,
      asked: true,
      renewedAt: -Infinity,
      heldUntil: -Infinity,
      pools: readPools(lease.pools),
    });
  }
}

function readPools(pools: StoredPools): Map<LimitKey, Pool> {
  return new Map(
    Object.entries(pools).map(([key, pool]) => [key, { ...pool, sentAt: -Infinity, spareUntil: -Infinity }]),
  );
}
