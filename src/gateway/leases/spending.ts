import { spend, unspend } from "../../model/ledger/view.ts";
import type { Need } from "./need.ts";

/** R1: all or none; each need remembers what it was spent from, before any Ask can leave. */
export function spendAll(needs: readonly Need[], now: number): boolean {
  if (!spend(needs, now)) return false;
  for (const need of needs) {
    need.spentFrom = need.view.lease;
    need.spentAfter = need.view.seq;
  }
  return true;
}

/**
 * A take goes on `undo` (R5, R15), which the object knows unless a later Ask has raised the floor above it: then it stays
 * spent. Units of a lease become free again if nobody has heard of their spending (R14). Once.
 */
export function unspendAll(needs: readonly Need[]): void {
  for (const need of needs) {
    const { view, bundle, took, spentFrom, spentAfter } = need;
    if (took > 0) view.undo.add(took);
    if (spentFrom !== null) unspend(view, bundle, spentFrom, spentAfter);
    need.took = 0;
    need.spentFrom = null;
  }
}
