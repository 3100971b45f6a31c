import { endHold, heldMs } from "../../model/ledger/hold.ts";
import type { LedgerView } from "../../model/ledger/view.ts";
import type { HeldCall } from "./demand.ts";
import type { Need } from "./need.ts";

/** Null where nothing is held, as for most calls: then nothing is made for it. */
export function heldOf(
  needs: readonly Need[],
  now: () => number,
  flushSoon: (view: LedgerView) => void,
): HeldCall | null {
  if (needs.every(({ hold }) => hold === null)) return null;
  return {
    settle(units) {
      for (const { view, hold, variable } of needs) {
        if (hold === null) continue;
        endHold(view, hold, variable ? units : null);
        flushSoon(view);
      }
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
