import { endHold, heldMs, spendHold } from "../../model/ledger/hold.ts";
import type { LedgerView } from "../../model/ledger/view.ts";
import type { HeldCall } from "./demand.ts";
import type { Need } from "./need.ts";

/** What the call holds of its ledgers. `flushSoon` sees to it that a ledger hears of what has changed. */
export function heldOf(needs: readonly Need[], now: () => number, flushSoon: (view: LedgerView) => void): HeldCall {
  return {
    settle(units) {
      for (const { view, hold, variable } of needs) {
        if (hold === null) continue;
        // What was not served after all costs nothing, also where the cost was known before.
        endHold(view, hold, variable || units === 0 ? units : null);
        flushSoon(view);
      }
    },
    spend(units) {
      let isPaid = true;
      for (const { view, hold, variable } of needs) {
        if (hold !== null && variable && !spendHold(view, hold, units)) isPaid = false;
      }
      return isPaid;
    },
    renew() {
      const renewedAt = now();
      let ms = Infinity;
      for (const { view, hold } of needs) {
        if (hold === null) continue;
        hold.seenAt = renewedAt;
        flushSoon(view);
        ms = Math.min(ms, heldMs(hold, renewedAt));
      }
      return ms;
    },
  };
}
