/**
 * The ledger's constants (ledger.md §8): durations in ms. `ttlMs + marginMs` ≤ 5 s keeps the promised revocation bound; behind a shard that is
 * cut off it is `shardMs` more.
 */
export interface LedgerConstants {
  /** How long spare may be spent after the Ask that granted or renewed it was sent. */
  readonly ttlMs: number;
  /** How long a lease's units stay outstanding without news; ≥ ttlMs. */
  readonly holdMs: number;
  /** The same in ledgers that limit calls in flight. What a dead isolate held comes back so much later. */
  readonly permitMs: number;
  /** A call that holds something and has shown no life for so long was ended by the runtime without a word. */
  readonly silentMs: number;
  /** A1: how far an isolate's reading of its clock may be behind when it spends. */
  readonly marginMs: number;
  readonly settleMs: number;
  /** So much longer lives what a shard leases: `marginMs` of it may not be handed on, and the rest is how old its lease may be. */
  readonly shardMs: number;
  /** An isolate without calls for so long gives its units back. */
  readonly idleMs: number;
  /** Bounded wait for an answer; then the plan's `onFailure`. */
  readonly askMs: number;
  /** An Ask whose request died with its reply would keep the floor down, and its lease open, for ever. */
  readonly lostMs: number;
  /**
   * A revoked credential is told of to every holder for so long, and remembered there for as long: ten times what it takes
   * until its record says so everywhere.
   */
  readonly revokedMs: number;
  /** Part of a limit that may lie idle in leases: the stated under-admission. */
  readonly share: number;
  /** Takes answered from memory between two writes; null: from the limit's rate. Up to so many are lost by a restart. */
  readonly chunk: number | null;
  /** Totals go to D1 at most so often … */
  readonly flushMs: number;
  /** … and after a quiet time so soon: a caller sees a first call's usage in seconds. */
  readonly freshMs: number;
  readonly pruneMs: number;
  /** A silent holder, and what was unsettled of its leases, is forgotten after so long. */
  readonly forgetMs: number;
  /**
   * An empty limit that nobody has asked about for so long is forgotten. Isolates believe for a third of it that the object
   * has their definition. Well above the time in which manifests reach every isolate.
   */
  readonly limitIdleMs: number;
  /** A grant that has nothing left, and of which nothing has moved for so long, is left to the journal. */
  readonly grantMs: number;
  /** How often an object clears away what nobody asks about any more. */
  readonly sweepMs: number;
}

export const ledgerConstants: LedgerConstants = {
  ttlMs: 3_000,
  holdMs: 3_000,
  permitMs: 15_000,
  silentMs: 60_000,
  marginMs: 2_000,
  settleMs: 1_000,
  shardMs: 5_000,
  idleMs: 1_000,
  askMs: 800,
  lostMs: 30_000,
  revokedMs: 600_000,
  share: 0.1,
  chunk: null,
  flushMs: 60_000,
  freshMs: 5_000,
  pruneMs: 48 * 3_600_000,
  forgetMs: 24 * 3_600_000,
  limitIdleMs: 15 * 60_000,
  grantMs: 35 * 24 * 3_600_000,
  sweepMs: 3_600_000,
};
