import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ask } from "../../../src/model/ledger/messages.ts";
import { applyReport, bookCell } from "../../../src/model/ledger/report.ts";
import type { UsageRow } from "../../../src/model/ledger/report.ts";
import { emptyLedger, ledgerRules } from "../../../src/model/ledger/state.ts";
import type { LedgerState } from "../../../src/model/ledger/state.ts";
import { acknowledge, emptyUsage, recordCell, recordUsage, reportFor } from "../../../src/model/ledger/usage-buffer.ts";
import { wake } from "../../../src/model/ledger/wake.ts";
import { cellOf, type UsageCell } from "../../../src/model/usage.ts";
import { usage as call } from "../../support/usage.ts";

const now = Date.UTC(2026, 10, 25, 12);
const hourMs = 3_600_000;

function cellAt(minute: number, operation = "list"): UsageCell {
  return {
    minute,
    subscription: "",
    application: "app_1",
    api: "api_1",
    version: "ver_1",
    versionName: "v1",
    operation,
    meter: "calls",
    calls: 1,
    units: 1,
    classes: { "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 0 },
    histogram: [1],
  };
}

function askWith(holder: string, number: number, cells: UsageCell[]): Ask {
  const report = { number, cells };
  return {
    protocol: 1,
    holder,
    seq: 1,
    floor: 1,
    lease: 1,
    take: null,
    hold: {},
    spare: {},
    says: [],
    undo: [],
    report,
  };
}

describe("reports at the object (R19)", () => {
  it("are applied in their order, each once", () => {
    const state = emptyLedger(now);
    const minute = now / 60_000;
    expect(applyReport(state, askWith("h", 2, [cellAt(minute)]), now, ledgerRules)).toEqual([]);
    expect(applyReport(state, askWith("h", 1, [cellAt(minute)]), now, ledgerRules)).toHaveLength(1);
    expect(applyReport(state, askWith("h", 1, [cellAt(minute)]), now, ledgerRules)).toEqual([]);
    expect(applyReport(state, askWith("h", 2, [cellAt(minute)]), now, ledgerRules)).toHaveLength(1);
  });

  /** D1's total of the minute `now`, after a second holder has reported a call of it two days late. */
  function totalAfterLateCell(before: (state: LedgerState) => void): number {
    const state = emptyLedger(now);
    const rows = new Map<number, UsageRow>();
    const d1 = new Map<number, { version: number; calls: number }>();
    const book = (ask: Ask, at: number): void => {
      for (const cell of applyReport(state, ask, at, ledgerRules)) {
        rows.set(cell.minute, bookCell(rows.get(cell.minute) ?? null, cell));
      }
      for (const [minute, { cell, version }] of rows) {
        if (version > (d1.get(minute)?.version ?? 0)) d1.set(minute, { version, calls: cell.calls });
      }
    };
    const minute = now / 60_000;
    book(askWith("one", 1, [cellAt(minute)]), now);
    book(askWith("one", 2, [cellAt(minute)]), now);
    state.meta.sweepAt = now + 50 * hourMs;
    wake(state, now + 50 * hourMs, ledgerRules);
    for (const kept of rows.keys()) if (kept <= state.meta.prunedMinute) rows.delete(kept);
    before(state);
    for (let number = 1; number <= 3; number += 1) book(askWith("two", number, [cellAt(minute)]), now + 50 * hourMs);
    return [...d1.values()].reduce((sum, { calls }) => sum + calls, 0);
  }

  it("book a cell of a pruned minute on the present one; else D1 would lose what it had", () => {
    expect(totalAfterLateCell(() => {})).toBe(5);
    // The mutant: the object forgets what it has pruned.
    expect(totalAfterLateCell((state) => (state.meta.prunedMinute = 0))).toBe(3);
  });
});

describe("usage in the isolate (R8)", () => {
  it("is frozen once sent, and resent unchanged until it is acknowledged", () => {
    const usage = emptyUsage();
    expect(reportFor(usage, 0, 1_000)).toBeNull();
    recordCell(usage, cellAt(1));
    recordCell(usage, cellAt(1));
    const first = reportFor(usage, 0, 1_000);
    expect(first).toMatchObject({ number: 1, cells: [{ calls: 2 }] });
    recordCell(usage, cellAt(1));
    expect(reportFor(usage, 5_000, 1_000)).toBe(first);
    acknowledge(usage, 0);
    expect(reportFor(usage, 5_000, 1_000)).toBe(first);
    acknowledge(usage, 1);
    expect(reportFor(usage, 999, 1_000)).toBeNull();
    expect(reportFor(usage, 1_000, 1_000)).toMatchObject({ number: 2, cells: [{ calls: 1 }] });
  });

  it("holds the same whether calls are added to a cell or each as a cell of its own", () => {
    const fields = fc.record({
      operation: fc.constantFrom("list", "get"),
      refusedBy: fc.constantFrom("", "key"),
      at: fc.integer({ min: 0, max: 200_000 }),
      status: fc.constantFrom(200, 301, 404, 500),
      durationMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
      units: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 60 }), (calls) => {
        const [one, other] = [emptyUsage(), emptyUsage()];
        for (const each of calls) {
          recordUsage(one, { ...call, ...each });
          recordCell(other, cellOf({ ...call, ...each }));
        }
        expect([...one.open]).toEqual([...other.open]);
      }),
    );
  });

  it("is bounded in a report, and coarsens when nobody takes it, but never loses a count", () => {
    const usage = emptyUsage();
    for (let index = 0; index < 9_000; index += 1) recordCell(usage, cellAt(index % 3_000, `op-${index % 7}`));
    expect(usage.open.size).toBeLessThanOrEqual(4_000);
    let calls = 0;
    for (let turn = 1; usage.open.size > 0; turn += 1) {
      const report = reportFor(usage, turn * 1_000, 1_000);
      expect(report?.cells.length).toBeLessThanOrEqual(500);
      expect(JSON.stringify(report).length).toBeLessThan(128 * 1_024);
      for (const cell of report?.cells ?? []) calls += cell.calls;
      acknowledge(usage, turn);
    }
    expect(calls).toBe(9_000);
  });
});
