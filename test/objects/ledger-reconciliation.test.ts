/** A ledger beside what D1 says of it: differences are found, repaired and shown, and traffic makes none. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLedgerStore } from "../../src/objects/ledger/store.ts";
import { createLedgerTotals } from "../../src/objects/ledger/totals.ts";
import type { LedgerTotals } from "../../src/objects/ledger/totals.ts";
import type { TotalsStore } from "../../src/objects/ports.ts";
import { totalsStore } from "../../src/platform/usage-totals.ts";
import { alarmAt, cell, freshName, report, rowsOf, stub, withoutTotals } from "../support/ledger-report.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const noon = Date.UTC(2026, 10, 25, 12);
const minute = noon / minuteMs;
const hour = noon / hourMs;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(noon);
});
afterEach(() => {
  vi.useRealTimers();
});

describe("reconciliation at the object", () => {
  const range = { from: hour - 1, to: hour + 3 };
  const change = (ledger: string, set: string): Promise<unknown> =>
    env.DB.prepare(`UPDATE usage_totals SET ${set} WHERE source = ? AND operation = 'list' AND hour = ?`)
      .bind(ledger, hour)
      .run();

  async function counted(): Promise<string> {
    const ledger = freshName();
    await report(ledger, cell(minute), cell(minute + 1), cell(minute + 70), cell(minute, { operation: "get" }));
    return ledger;
  }

  it("sends what is waiting before it compares, and then finds nothing", async () => {
    const ledger = await counted();
    const none = { hours: 0, calls: 0, units: 0 };
    const sum = { calls: 4, units: 8 };
    expect(await stub(ledger).reconcile(range)).toEqual({
      to: range.to,
      hours: 2,
      ledger: sum,
      database: sum,
      before: none,
      repaired: 0,
      after: none,
    });
  });

  it.each([
    ["calls", "calls = calls + 40", { hours: 1, calls: 40, units: 0 }],
    ["units, downwards", "units = 0", { hours: 1, calls: 0, units: 4 }],
    ["a version that no report would reach", "report_version = 900, calls = 0", { hours: 1, calls: 2, units: 0 }],
  ])("repairs what was changed by hand: %s", async (_what, set, before) => {
    const ledger = await counted();
    await stub(ledger).reconcile(range);
    await change(ledger, set);
    const found = await stub(ledger).reconcile(range);
    expect(found).toMatchObject({ ledger: { calls: 4 }, before, repaired: 1, after: { hours: 0, calls: 0, units: 0 } });
    expect((await rowsOf(ledger)).map(({ calls }) => calls)).toEqual([1, 2, 1]);
    expect(await stub(ledger).reconcile(range)).toMatchObject({ before: { hours: 0 }, repaired: 0 });
    // What is reported after the repair still wins.
    await report(ledger, cell(minute + 2));
    await alarmAt(ledger, noon + 2 * minuteMs);
    expect((await rowsOf(ledger)).map(({ calls }) => calls)).toEqual([1, 3, 1]);
  });

  it("repairs what was deleted, and shows what it knows nothing of", async () => {
    const ledger = await counted();
    await stub(ledger).reconcile(range);
    await env.DB.prepare("DELETE FROM usage_totals WHERE source = ? AND operation = 'get'").bind(ledger).run();
    expect(await stub(ledger).reconcile(range)).toMatchObject({
      database: { calls: 3 },
      before: { hours: 1, calls: 1, units: 2 },
      repaired: 1,
      after: { hours: 0 },
    });
    await env.DB.prepare("UPDATE usage_totals SET hour = hour - 1 WHERE source = ? AND operation = 'get'")
      .bind(ledger)
      .run();
    expect(await stub(ledger).reconcile(range)).toMatchObject({
      before: { hours: 2, calls: 2 },
      repaired: 1,
      after: { hours: 1, calls: 1, units: 2 },
    });
  });

  it("sees no difference in a ledger that is reported to meanwhile", async () => {
    const ledger = await counted();
    const reports = Array.from({ length: 40 }, (_, n) => report(ledger, cell(minute + (n % 3))));
    const asked = Array.from({ length: 5 }, () => stub(ledger).reconcile(range));
    const alarm = runDurableObjectAlarm(stub(ledger));
    for (const found of await Promise.all(asked)) expect(found).toMatchObject({ before: { hours: 0 }, repaired: 0 });
    await Promise.all([...reports, alarm]);
    expect(await stub(ledger).reconcile(range)).toMatchObject({ ledger: { calls: 44 }, before: { hours: 0 } });
  });

  /** What its own object does, over the same storage, with D1 as the test has it. */
  function over<Answer>(
    ledger: string,
    changes: (d1: TotalsStore) => Partial<TotalsStore>,
    work: (totals: LedgerTotals, dirtied: number[]) => Promise<Answer>,
  ): Promise<Answer> {
    return runInDurableObject(stub(ledger), (_object, state) => {
      const d1 = totalsStore(env.DB);
      const dirtied: number[] = [];
      const totals = createLedgerTotals({
        source: ledger,
        store: createLedgerStore(state.storage),
        totals: { ...d1, ...changes(d1) },
        guard: (guarded) => guarded(),
        firstHour: () => 0,
        markDirty: (at) => dirtied.push(at),
      });
      return work(totals, dirtied);
    });
  }

  it("begins again where other totals were sent between its two looks", async () => {
    const ledger = await counted();
    let looks = 0;
    let own: LedgerTotals | undefined;
    const sentMeanwhile = (d1: TotalsStore): Partial<TotalsStore> => ({
      async hours(source, asked) {
        looks += 1;
        if (looks === 1) {
          await report(ledger, cell(minute), cell(minute + 70));
          await own?.send(0);
        }
        return d1.hours(source, asked);
      },
    });
    const found = await over(ledger, sentMeanwhile, (totals) => (own = totals).reconcile(range));
    expect(found).toMatchObject({ ledger: { calls: 6 }, before: { hours: 0 }, repaired: 0 });
    expect(looks).toBe(2);
  });

  it("leaves to the alarm what it could not send", async () => {
    const ledger = await counted();
    await stub(ledger).reconcile(range);
    await change(ledger, "calls = 9");
    const refusing = (): Partial<TotalsStore> => ({ store: () => Promise.reject(new Error("D1 is away")) });
    await over(ledger, refusing, async (totals, dirtied) => {
      await expect(totals.reconcile(range)).rejects.toThrow("D1 is away");
      expect(dirtied).toEqual([hour]);
    });
    expect((await rowsOf(ledger))[1]).toMatchObject({ calls: 9 });
    await over(
      ledger,
      () => ({}),
      (totals) => totals.send(minute),
    );
    expect((await rowsOf(ledger))[1]).toMatchObject({ calls: 2 });
  });

  it("goes in stretches where there is much to add up", async () => {
    const ledger = await counted();
    await runInDurableObject(stub(ledger), (_object, state) => {
      const store = createLedgerStore(state.storage);
      expect([2, 3, 4].map((most) => store.stretch(range, most))).toEqual([hour, hour + 1, hour + 3]);
      expect(store.stretch({ from: hour, to: hour + 3 }, 1)).toBe(hour + 1);
      expect(store.stretch({ from: hour + 1, to: hour + 3 }, 0)).toBe(hour + 3);
    });
  });

  it("leaves out hours of which the ledger has forgotten a part", async () => {
    const ledger = await counted();
    await stub(ledger).reconcile(range);
    await alarmAt(ledger, noon + 49.5 * hourMs);
    expect(await stub(ledger).reconcile(range)).toMatchObject({ hours: 1, ledger: { calls: 1 }, after: { hours: 0 } });
  });

  it("fails aloud where D1 is away, and what it wanted to send is sent later", async () => {
    const ledger = await counted();
    const refused = withoutTotals(async () => {
      await stub(ledger).reconcile(range);
    });
    await expect(refused).rejects.toThrow("no such table");
    await alarmAt(ledger, noon + minuteMs);
    expect((await rowsOf(ledger)).map(({ calls }) => calls)).toEqual([1, 2, 1]);
  });
});
