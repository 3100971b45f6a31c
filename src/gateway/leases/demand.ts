import type { Verdict } from "../../model/ledger/messages.ts";
import type { LimitDemand } from "../../model/call.ts";
import type { CountedLimit, LimitKey } from "../../model/limit.ts";

/** Demands on the same ledger are joined: all limits decide, the stricter mode holds. */
export type Demand = LimitDemand;

/** A limit as a caller may see it in headers. */
export interface LimitState {
  readonly key: LimitKey;
  readonly limit: CountedLimit;
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
  /**
   * Set where the call holds something until it ends: permits, or what was reserved for its cost. Whoever admits must end it,
   * and be seen to live until then.
   */
  readonly held: HeldCall | null;
}

export interface HeldCall {
  /** The call has ended and cost so many units, where that was not known before. Once is enough, more does nothing. */
  settle(units: number): void;
  /**
   * The call goes on and has cost so many units so far, where that was not known before. False: that is more than was reserved
   * for it, and the credit that pays for it is used up, so the call must end.
   */
  spend(units: number): boolean;
  /**
   * The call lives: renews what it holds. Answers for how many ms that is surely its own; 0: a permit is lost and may be
   * another's by now, so the call must end. To be called every second or so, and no later than that.
   */
  renew(): number;
}
