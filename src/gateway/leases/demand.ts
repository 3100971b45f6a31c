import type { Verdict } from "../../model/ledger/messages.ts";
import type { Limit, LimitDefinition, LimitKey, LimitMode, OnFailure } from "../../model/limit.ts";

/** What a call asks of one ledger. Demands on the same ledger are joined: all limits decide, the stricter mode holds. */
export interface Demand {
  readonly ledger: string;
  readonly definitions: readonly LimitDefinition[];
  readonly cost: number;
  readonly mode: LimitMode;
  readonly onFailure: OnFailure;
}

/** A limit as a caller may see it in headers. */
export interface LimitState {
  readonly key: LimitKey;
  readonly limit: Limit;
  readonly remaining: number;
  readonly resetMs: number;
  /** It refused this call. */
  readonly violated: boolean;
}

export interface Admission {
  readonly ok: boolean;
  /** Let through by `onFailure: allow`: outside the guarantees, counted apart. */
  readonly ungoverned: boolean;
  /** Refused because the ledger could not be reached in time. */
  readonly unavailable: boolean;
  readonly verdict: Verdict | null;
  readonly deniedBy: LimitKey | null;
  readonly retryMs: number;
  /** Limits of all demands of which anything is known. */
  readonly limits: readonly LimitState[];
  readonly waitedMs: number;
  /**
   * For a call that was admitted and then not served: undoes what the ledger decided for it (R15), and frees what it spent
   * from a lease, unless that has been reported already; then it is wasted. Once is enough, more does nothing.
   */
  giveBack(): void;
}
