/**
 * @module The isolate's mind: what a call gets from memory, and what the flusher does next. Pure functions of (view,
 * message, now), which `gateway/leases.ts` runs on the real clock and the real port.
 */
import type { LimitDefinition, LimitKey } from "../limit.ts";
import { algorithmOf, algorithms } from "./algorithms.ts";
import type { LedgerConstants } from "./constants.ts";
import type { Ask, Verdict } from "./messages.ts";
import { makeAsk } from "./exchange.ts";
import { rest } from "./heard.ts";
import { endSilent } from "./hold.ts";
import { closeLease, isSettled, lapse } from "./view.ts";
import { trim } from "./wish.ts";
import type { Bundle, Denial, LedgerView } from "./view.ts";

/** A refusal that needs no question: the verdict, or a limit's denial, as it was heard moments ago. */
export interface Refusal {
  readonly verdict: Verdict | null;
  readonly deniedBy: LimitKey | null;
  readonly retryMs: number;
}

export function refusalFromMemory(view: LedgerView, bundle: Bundle, credential: string, now: number): Refusal | null {
  const revoked = view.revoked.size === 0 ? undefined : view.revoked.get(credential);
  if (revoked !== undefined && now >= revoked.at && now < revoked.until) {
    return { verdict: { kind: "revoked", serial: 0, credential }, deniedBy: null, retryMs: 0 };
  }
  const { verdict } = view;
  if (verdict !== null && now >= verdict.at && now < verdict.until) {
    return { verdict: verdict.verdict, deniedBy: null, retryMs: verdict.until - now };
  }
  for (const { key, units } of bundle.shares) {
    const denial = view.heard.get(key)?.denial ?? null;
    if (denial === null || !stands(denial, units, now)) continue;
    return { verdict: null, deniedBy: key, retryMs: denial.retryAt - now };
  }
  return null;
}

/** R2 for denials: a clock that stepped back ends them too. A smaller wish than the refused one may still be granted. */
const stands = (denial: Denial, units: number, now: number): boolean =>
  now >= denial.at && now < denial.until && units >= denial.units;

/** What is left of a limit, as the last reply had it, less what was spent here since; null if nothing was heard yet. */
export function standingOf(
  view: LedgerView,
  { key, limit }: LimitDefinition,
  now: number,
): { readonly remaining: number; readonly resetMs: number } | null {
  const heard = view.heard.get(key);
  if (heard === undefined || heard.standing === null) return null;
  const { standing, spent } = heard;
  const since = spent - standing.spentBefore;
  // Credit does not come back by time: what was heard last stands.
  if (now < standing.resetAt || limit.algorithm === "credit") {
    return { remaining: Math.max(0, standing.left - since), resetMs: Math.max(0, standing.resetAt - now) };
  }
  const stated = algorithmOf(algorithms, limit).stated(limit);
  return { remaining: Math.max(0, stated - since), resetMs: 0 };
}

/**
 * R9: the flusher's next Ask, which renews the lease and settles; null: it may stop. When no call has come for `idleMs`
 * the lease is closed and everything free goes back.
 */
export function flusherTurn(view: LedgerView, now: number, constants: LedgerConstants): Ask | null {
  endSilent(view, now, constants);
  lapse(view, now);
  if (now - view.lastCallAt >= constants.idleMs || now < view.lastCallAt) closeLease(view);
  if (isSettled(view)) {
    rest(view, now, constants);
    return null;
  }
  trim(view, now);
  return makeAsk(view, { definitions: [] }, now, constants);
}
