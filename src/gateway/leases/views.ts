import { isSettled, emptyView } from "../../model/ledger/view.ts";
import type { LedgerView } from "../../model/ledger/view.ts";

const viewsMax = 5_000;

/** How many of the least recently used are looked at when there are too many. */
const looks = 8;

export interface Views {
  /** The view of a ledger, now the most recently used. `unsettled` hears of views that should have gone but hold units or usage. */
  get(ledger: string, unsettled: (view: LedgerView) => void): LedgerView;
}

/** An isolate's views by ledger, least recently used first. One that the object has not heard out is never dropped. */
export function createViews(makeId: () => string): Views {
  const views = new Map<string, LedgerView>();
  let newest: LedgerView | null = null;

  function makeRoom(unsettled: (view: LedgerView) => void): void {
    let left = looks;
    for (const [ledger, view] of views) {
      if (views.size <= viewsMax || left === 0) return;
      left -= 1;
      if (isSettled(view) && view.inFlight.size === 0) views.delete(ledger);
      else unsettled(view);
    }
  }

  return {
    get(ledger, unsettled) {
      if (newest?.ledger === ledger) return newest;
      let view = views.get(ledger);
      if (view === undefined) {
        view = emptyView(ledger, makeId());
        makeRoom(unsettled);
      } else views.delete(ledger);
      views.set(ledger, view);
      newest = view;
      return view;
    },
  };
}
