import { addCell } from "../usage.ts";
import type { UsageCell } from "../usage.ts";
import type { Ask } from "./messages.ts";
import { holderOf } from "./state.ts";
import type { LedgerRules, LedgerState } from "./state.ts";

/**
 * A minute's count as it stands on the object's disk. `version` grows with every report in it; `flushed` is the one that D1's
 * total of the hour holds (R20).
 */
export interface UsageRow {
  readonly cell: UsageCell;
  readonly version: number;
  readonly flushed: number;
}

/**
 * R19: a report is applied if it is the holder's next, in the same write as its cells; else nothing is booked. Returns
 * the cells to book.
 */
export function applyReport(state: LedgerState, ask: Ask, now: number, rules: LedgerRules): readonly UsageCell[] {
  const { report } = ask;
  const applied = state.holders.get(ask.holder)?.reportsApplied ?? 0;
  if (report === null || report.number !== applied + 1) return [];
  holderOf(state, ask.holder, now).reportsApplied = report.number;
  const { meta } = state;
  const minute = Math.floor(now / 60_000);
  const cells = report.cells.map((cell) => {
    if (cell.minute > meta.prunedMinute) return cell;
    // Re-creating a pruned row from zero would overwrite its absolute total in D1.
    meta.lateCells += 1;
    state.changed.meta = true;
    return { ...cell, minute };
  });
  for (const cell of cells) {
    if (cell.minute > meta.lastMinute) {
      meta.lastMinute = cell.minute;
      state.changed.meta = true;
    }
    markDirty(state, cell.minute, now, rules);
  }
  return cells;
}

/** That minute is to be sent to D1. */
export function markDirty(state: LedgerState, minute: number, now: number, rules: LedgerRules): void {
  const { meta } = state;
  if (meta.dirtyMinute === null || minute < meta.dirtyMinute) {
    meta.dirtyMinute = minute;
    state.changed.meta = true;
  }
  planFlush(state, now, rules);
}

/** R20: soon after a quiet time, else when the last flush is old enough. What is planned stays planned. */
export function planFlush(state: LedgerState, now: number, { constants }: LedgerRules): void {
  const { meta } = state;
  if (meta.flushAt !== null) return;
  meta.flushAt = Math.max(now + Math.min(constants.freshMs, constants.flushMs), meta.flushedAt + constants.flushMs);
  state.changed.meta = true;
}

/** Adds a cell to its row, or opens the row with it. */
export function bookCell(row: UsageRow | null, cell: UsageCell): UsageRow {
  const before = row?.cell ?? cell;
  const total: UsageCell = { ...before, classes: { ...before.classes }, histogram: [...before.histogram] };
  if (row !== null) addCell(total, cell);
  return { cell: total, version: (row?.version ?? 0) + 1, flushed: row?.flushed ?? 0 };
}
