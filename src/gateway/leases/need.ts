import type { LimitDefinition, LimitKey, OnFailure } from "../../model/limit.ts";
import type { Bundle, LedgerView } from "../../model/ledger/view.ts";
import { bundleOf } from "../../model/ledger/wish.ts";
import type { Demand } from "./demand.ts";

/** All that a call demands of one ledger. */
export interface Need {
  readonly view: LedgerView;
  readonly bundle: Bundle;
  readonly definitions: readonly LimitDefinition[];
  readonly exact: boolean;
  readonly onFailure: OnFailure;
}

/** Joins demands on the same ledger: exact if one is, closed on failure if one is, the greater cost where both name a limit. */
export function needsOf(demands: readonly Demand[], viewOf: (ledger: string) => LedgerView): Need[] {
  const ledgers = new Map<string, Demand[]>();
  for (const demand of demands) {
    const same = ledgers.get(demand.ledger);
    if (same === undefined) ledgers.set(demand.ledger, [demand]);
    else same.push(demand);
  }
  const needs: Need[] = [];
  for (const [ledger, joined] of ledgers) {
    const view = viewOf(ledger);
    const units = new Map<LimitKey, number>();
    for (const { definitions, cost } of joined) {
      if (cost > 0) for (const { key } of definitions) units.set(key, Math.max(cost, units.get(key) ?? 0));
    }
    needs.push({
      view,
      bundle: bundleOf(view, units),
      definitions:
        joined.length === 1 ? (joined[0]?.definitions ?? []) : joined.flatMap((demand) => demand.definitions),
      exact: joined.some((demand) => demand.mode === "exact"),
      onFailure: joined.some((demand) => demand.onFailure === "refuse") ? "refuse" : "allow",
    });
  }
  return needs;
}
