import { standingOf } from "../../model/ledger/isolate.ts";
import type { Refusal } from "../../model/ledger/isolate.ts";
import type { LimitKey } from "../../model/limit.ts";
import type { Admission, HeldCall, LimitState } from "./demand.ts";
import type { Need } from "./need.ts";

export function admitted(
  needs: readonly Need[],
  ungoverned: boolean,
  now: number,
  waitedMs: number,
  giveBack: () => void,
  held: HeldCall | null,
): Admission {
  const limits = limitsOf(needs, null, now);
  return {
    ok: true,
    ungoverned,
    unavailable: false,
    verdict: null,
    deniedBy: null,
    retryMs: 0,
    limits,
    waitedMs,
    giveBack,
    held,
  };
}

export function refused(needs: readonly Need[], refusal: Refusal, now: number, waitedMs: number): Admission {
  const { verdict, deniedBy, retryMs } = refusal;
  const limits = limitsOf(needs, deniedBy, now);
  return {
    ok: false,
    ungoverned: false,
    unavailable: false,
    verdict,
    deniedBy,
    retryMs,
    limits,
    waitedMs,
    giveBack: nothingTaken,
    held: null,
  };
}

/** What a refused call took has been given back already. */
const nothingTaken = (): void => {};

/** Nobody knows when the ledger can be reached again: a second is a polite guess. */
export function unavailable(needs: readonly Need[], now: number, waitedMs: number): Admission {
  const limits = limitsOf(needs, null, now);
  return {
    ok: false,
    ungoverned: false,
    unavailable: true,
    verdict: null,
    deniedBy: null,
    retryMs: 1_000,
    limits,
    waitedMs,
    giveBack: nothingTaken,
    held: null,
  };
}

function limitsOf(needs: readonly Need[], deniedBy: LimitKey | null, now: number): LimitState[] {
  const limits: LimitState[] = [];
  for (const { view, definitions } of needs) {
    for (const definition of definitions) {
      const standing = standingOf(view, definition, now);
      if (standing === null) continue;
      const { key, limit } = definition;
      const { remaining, resetMs } = standing;
      limits.push({ key, limit, remaining, resetMs, violated: key === deniedBy });
    }
  }
  return limits;
}
