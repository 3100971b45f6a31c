import { answer, fund } from "../../../src/model/ledger/object.ts";
import type { Ask, Reply } from "../../../src/model/ledger/messages.ts";
import { hourTotals } from "../../../src/model/ledger/hour-totals.ts";
import type { HourTotal } from "../../../src/model/ledger/hour-totals.ts";
import type { UsageRow } from "../../../src/model/ledger/report.ts";
import { changesOf, restore } from "../../../src/model/ledger/restart.ts";
import type { LedgerRules } from "../../../src/model/ledger/state.ts";
import { createAbove } from "../../../src/objects/ledger/above.ts";
import { wake } from "../../../src/model/ledger/wake.ts";

/** What an isolate is told, as it is told: `elapsedMs` is its own time since it asked. */
export type Hears = (isolate: string, ask: Ask, reply: Reply, elapsedMs: number) => Reply;

export interface TotalsInD1 {
  version: number;
  calls: number;
}

/** The functions that a schedule runs. The shipped ones, unless a mutant replaces one. */
export interface System {
  readonly rules: (rules: LedgerRules) => LedgerRules;
  readonly answer: typeof answer;
  readonly fund: typeof fund;
  readonly wake: typeof wake;
  readonly restore: typeof restore;
  readonly changesOf: typeof changesOf;
  readonly above: typeof createAbove;
  readonly hears: Hears;
  /** Null: the write failed and the instance is to die; else it goes on as if nothing had happened. */
  readonly ignoresFailedWrites: boolean;
  /** Of all minutes of the hours that are to be sent. */
  readonly hourTotals: (rows: readonly UsageRow[]) => HourTotal[];
  readonly upsert: (before: TotalsInD1 | undefined, sent: HourTotal) => TotalsInD1;
}

export const shipped: System = {
  rules: (rules) => rules,
  answer,
  fund,
  wake,
  restore,
  changesOf,
  above: createAbove,
  hears: (_isolate, _ask, reply) => reply,
  ignoresFailedWrites: false,
  hourTotals,
  upsert(before, { total, version }) {
    return before === undefined || version > before.version ? { version, calls: total.calls } : before;
  },
};
