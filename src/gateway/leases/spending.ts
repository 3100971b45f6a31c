import { beginHold, endHold } from "../../model/ledger/hold.ts";
import { spend, unspend } from "../../model/ledger/view.ts";
import type { Need } from "./need.ts";

/** R1: all or none; each need remembers what it was spent from, before any Ask can leave. */
export function spendAll(needs: readonly Need[], now: number): boolean {
  if (!spend(needs, now)) return false;
  for (const need of needs) {
    need.spentFrom = need.view.lease;
    need.spentAfter = need.view.seq;
    if (need.bundle.isHeld) need.hold = beginHold(need.view, need.view.lease, need.bundle, !need.exact, now);
  }
  return true;
}

/**
 * A take goes on `undo` (R5, R15), which the object knows unless a later Ask has raised the floor above it: then it stays
 * spent. Units of a lease become free again if nobody has heard of their spending (R14), and what is held always. Once.
 */
export function unspendAll(needs: readonly Need[]): void {
  for (const need of needs) {
    const { view, bundle, took, spentFrom, spentAfter, hold } = need;
    if (took > 0) view.undo.add(took);
    if (spentFrom !== null) unspend(view, bundle, spentFrom, spentAfter);
    if (hold !== null) endHold(view, hold, 0);
    need.took = 0;
    need.spentFrom = null;
    need.hold = null;
  }
}
