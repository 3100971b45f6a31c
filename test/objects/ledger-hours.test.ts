/** R19 and R20 by the hour: what a ledger sends to D1, what it keeps, and what becomes of a difference. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hourTotals } from "../../src/model/ledger/hour-totals.ts";
import { sumMinutes } from "../../src/model/ledger/usage-minutes.ts";
import { createLedgerStore } from "../../src/objects/ledger/store.ts";
import { createLedgerTotals } from "../../src/objects/ledger/totals.ts";
import type { TotalsRow, TotalsStore } from "../../src/objects/ports.ts";
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

const minutesOf = (ledger: string): Promise<{ minute: number; version: number; flushed_version: number }[]> =>
  runInDurableObject(stub(ledger), (_object, state) =>
    state.storage.sql
      .exec<{ minute: number; version: number; flushed_version: number }>(
        "SELECT minute, version, flushed_version FROM usage_minute ORDER BY minute, id",
      )
      .toArray(),
  );

describe("hours in D1", () => {
  it("are sums of their minutes, by key, and grow by what comes", async () => {
    const ledger = freshName();
    await report(ledger, cell(minute), cell(minute + 1, { calls: 2, histogram: [0, 2] }), cell(minute + 59));
    await report(ledger, cell(minute), cell(minute + 60), cell(minute, { operation: "get" }));
    await alarmAt(ledger, noon + minuteMs);
    expect(await rowsOf(ledger)).toMatchObject([
      { hour, operation: "get", calls: 1, report_version: 1 },
      { hour, operation: "list", calls: 5, units: 8, histogram: "[3,2]", report_version: 4 },
      { hour: hour + 1, calls: 1, report_version: 1 },
    ]);
    expect(JSON.parse((await rowsOf(ledger))[1]?.classes ?? "")).toMatchObject({ "2xx": 4 });
    await report(ledger, cell(minute + 30));
    await evictDurableObject(stub(ledger));
    await alarmAt(ledger, noon + 2 * minuteMs);
    expect((await rowsOf(ledger)).map(({ calls }) => calls)).toEqual([1, 6, 1]);
    expect((await minutesOf(ledger)).every(({ version, flushed_version }) => version === flushed_version)).toBe(true);
  });

  it("are sent in batches, however many there are", async () => {
    const ledger = freshName();
    const many = (from: number) =>
      Array.from({ length: 230 }, (_, n) => cell(minute + (n % 90), { operation: `op-${from + n}` }));
    await report(ledger, ...many(0));
    await report(ledger, ...many(100));
    await alarmAt(ledger, noon + minuteMs);
    const rows = await rowsOf(ledger);
    expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(460);
    expect((await minutesOf(ledger)).every(({ version, flushed_version }) => version === flushed_version)).toBe(true);
  });

  it("stay as they are whatever batch comes late or twice", async () => {
    const ledger = freshName();
    const batches: (readonly TotalsRow[])[] = [];
    const d1 = totalsStore(env.DB);
    const flush = (sink: Pick<TotalsStore, "store">) =>
      runInDurableObject(stub(ledger), (_object, state) => {
        const totals = createLedgerTotals({
          source: ledger,
          store: createLedgerStore(state.storage),
          totals: { ...d1, ...sink },
          guard: (work) => work(),
          firstHour: () => 0,
          markDirty: () => {},
        });
        return totals.send(0).catch(String);
      });
    const taking = { store: (rows: readonly TotalsRow[]) => (batches.push(rows), d1.store(rows)) };
    await report(ledger, cell(minute));
    await flush(taking);
    await report(ledger, cell(minute), cell(minute + 1));
    // D1 took it, and the answer was lost: the same total is sent again, and nothing is added twice.
    const answerLost = { store: (rows: readonly TotalsRow[]) => taking.store(rows).then(() => Promise.reject("lost")) };
    expect(await flush(answerLost)).toBe("lost");
    await report(ledger, cell(minute + 2));
    await flush(taking);
    expect(batches.map(([row]) => row?.calls)).toEqual([1, 3, 4]);
    for (const batch of [...batches, ...batches.toReversed()]) await d1.store(batch);
    expect(await rowsOf(ledger)).toMatchObject([{ calls: 4, report_version: 4 }]);
  });

  it("miss nothing that is reported of an earlier hour while others are sent", async () => {
    const ledger = freshName();
    await report(ledger, cell(minute));
    vi.setSystemTime(noon + minuteMs);
    await Promise.all([runDurableObjectAlarm(stub(ledger)), report(ledger, cell(minute - 90))]);
    await alarmAt(ledger, noon + 2 * minuteMs);
    await alarmAt(ledger, noon + 3 * minuteMs);
    expect((await rowsOf(ledger)).map((row) => [row.hour - hour, row.calls])).toEqual([
      [-2, 1],
      [0, 1],
    ]);
  });

  it("are exact after an hour without D1, with a restart in it", async () => {
    const ledger = freshName();
    await withoutTotals(async () => {
      for (let passed = 0; passed < 60; passed += 1) {
        await report(ledger, cell(minute + passed), cell(minute + passed, { operation: "get", calls: 3 }));
        if (passed === 30) await evictDurableObject(stub(ledger));
        await alarmAt(ledger, noon + (passed + 1) * minuteMs);
      }
    });
    expect(await rowsOf(ledger)).toEqual([]);
    expect((await minutesOf(ledger)).every(({ flushed_version }) => flushed_version === 0)).toBe(true);
    await report(ledger, cell(minute + 61));
    await alarmAt(ledger, noon + 62 * minuteMs);
    await alarmAt(ledger, noon + 63 * minuteMs);
    const back = await rowsOf(ledger);
    expect(back.map(({ calls, report_version }) => [calls, report_version])).toEqual([
      [180, 60],
      [60, 60],
      [1, 1],
    ]);
  });
});

describe("what a ledger forgets", () => {
  it("is whole hours, and only what D1 has all of", async () => {
    const ledger = freshName();
    await report(ledger, cell(minute + 5), cell(minute + 50), cell(minute + 65));
    await alarmAt(ledger, noon + minuteMs);
    // 48 hours after the first minute, the last of its hour is not so old yet.
    await alarmAt(ledger, noon + 48 * hourMs + 30 * minuteMs);
    expect((await minutesOf(ledger)).map((row) => row.minute - minute)).toEqual([5, 50, 65]);
    vi.setSystemTime(noon + 50.7 * hourMs);
    await report(ledger, cell(minute + 50));
    await runDurableObjectAlarm(stub(ledger));
    // The next hour is gone; this one waits until it is sent, whole.
    expect((await minutesOf(ledger)).map((row) => row.minute - minute)).toEqual([5, 50]);
    await alarmAt(ledger, noon + 50.8 * hourMs);
    expect(await rowsOf(ledger)).toMatchObject([
      { hour, calls: 3 },
      { hour: hour + 1, calls: 1 },
    ]);
    expect(await minutesOf(ledger)).toEqual([]);
  });
});

describe("minutes", () => {
  it("are told apart as asked, whole, and with where to go on", async () => {
    const ledger = freshName();
    await report(ledger, cell(minute), cell(minute, { operation: "get", versionName: "", version: "v0" }));
    await report(ledger, cell(minute + 1), cell(minute));
    const asked = { from: minute, to: minute + 60, by: ["version"], where: {}, limit: 10 } as const;
    const answer = await stub(ledger).minutes(asked);
    expect(answer).toMatchObject({
      items: [
        { minute, key: { version: "v0" }, calls: 1 },
        { minute, key: { version: "v1" }, calls: 2, units: 4, classes: { "2xx": 2 }, histogram: [2] },
        { minute: minute + 1, key: { version: "v1" }, calls: 1 },
      ],
      next: null,
    });
    expect(await stub(ledger).minutes({ ...asked, limit: 1 })).toMatchObject({
      items: [{ minute }, { minute }],
      next: minute + 1,
    });
    expect(
      (await stub(ledger).minutes({ ...asked, where: { version: "ver_1" }, from: minute + 1 })).items,
    ).toHaveLength(1);
    expect((await stub(ledger).minutes({ ...asked, where: { operation: "none" } })).items).toEqual([]);
  });

  it("are read in parts that end with a minute", () => {
    const cells = [0, 0, 0, 1, 1, 2].map((at, index) => cell(at, { operation: `op-${index}` }));
    const asked = { from: 0, to: 9, by: [], where: {}, limit: 100 };
    expect(sumMinutes(cells, asked, 2)).toMatchObject({ items: [{ minute: 0, calls: 3 }], next: 1 });
    expect(sumMinutes(cells, asked, 4)).toMatchObject({ items: [{ calls: 3 }, { calls: 2 }], next: 2 });
    expect(sumMinutes(cells, asked, 6)).toMatchObject({
      items: [{ calls: 3 }, { calls: 2 }, { calls: 1 }],
      next: null,
    });
    expect(cells.every(({ calls }) => calls === 1)).toBe(true);
  });

  it("are never changed by being summed", () => {
    const rows = [0, 1, 60].map((at) => ({ cell: cell(at), version: 2, flushed: 0 }));
    expect(hourTotals(rows).map(({ hour: at, total, version }) => [at, total.calls, version])).toEqual([
      [0, 2, 4],
      [1, 1, 2],
    ]);
    expect(rows.every(({ cell: { calls } }) => calls === 1)).toBe(true);
  });
});
