import { availableOf, consumeCredit, overdrawCredit, releaseCredit, reserveCredit } from "./credit-account.ts";
import type { ByGrant, CreditAccount } from "./credit-account.ts";

/** What a source must know of a lease's units. */
interface SourcedPool {
  readonly period: number;
  from?: ByGrant;
}

/**
 * Where a limit's units come from, if it is not time that brings them: credit that was granted, or, in a shard, what its ledger
 * has leased to it. Whoever moves units sees to it that {@link UnitSource.changed} is written.
 */
export interface UnitSource {
  /** Units that are in no lease and not spent. */
  available(): number;
  /** Puts available units into a lease's pool. There must be so many. */
  reserve(pool: SourcedPool, units: number): void;
  /** Units of a lease have been spent. */
  consume(pool: SourcedPool, units: number): void;
  /** Units of a lease come back. */
  release(pool: SourcedPool, units: number): void;
  /** Spends units that are in no lease: of those available, the rest beyond all that there is. */
  spend(units: number): void;
  /** Marks what is taken now, so that it may be undone. */
  stamp(): number;
  /** Gives a take back that has this mark (R15). False: it cannot be any more. */
  undo(units: number, stamp: number): boolean;
  /** Has it written. */
  changed(): void;
}

/** A subscription's credit. What is taken of it is paid for, and for good. */
export function creditSource(account: CreditAccount, now: () => number, changed: () => void): UnitSource {
  return {
    available: () => availableOf(account),
    reserve: (pool, units) => reserveCredit(account, (pool.from ??= {}), units, now()),
    consume: (pool, units) => consumeCredit(account, (pool.from ??= {}), units, now()),
    release: (pool, units) => releaseCredit(account, (pool.from ??= {}), units, now()),
    spend: (units) => overdrawCredit(account, units, now()),
    stamp: () => 0,
    undo: () => false,
    changed,
  };
}
