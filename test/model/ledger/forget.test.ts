import { describe, expect, it } from "vitest";
import { ledgerConstants } from "../../../src/model/ledger/constants.ts";
import { applyReply, makeAsk } from "../../../src/model/ledger/exchange.ts";
import type { Units } from "../../../src/model/ledger/messages.ts";
import { answer, peek } from "../../../src/model/ledger/object.ts";
import { changesOf, restore } from "../../../src/model/ledger/restart.ts";
import type { LedgerRow } from "../../../src/model/ledger/restart.ts";
import { emptyLedger, ledgerRules } from "../../../src/model/ledger/state.ts";
import type { LedgerState } from "../../../src/model/ledger/state.ts";
import { emptyView } from "../../../src/model/ledger/view.ts";
import type { LedgerView } from "../../../src/model/ledger/view.ts";
import { arm, wake } from "../../../src/model/ledger/wake.ts";
import type { Limit, LimitDefinition } from "../../../src/model/limit.ts";

const t = Date.UTC(2026, 10, 25, 12);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const perMinute: Limit = { name: "minute", algorithm: "fixed-window", callsMax: 10, windowMs: minuteMs };

function define(key: string, changes: Partial<LimitDefinition> = {}): LimitDefinition {
  return { key, revision: 1, limit: perMinute, ...changes };
}

/** An isolate's question and the object's answer, both by the shipped functions. */
function ask(state: LedgerState, view: LedgerView, definition: LimitDefinition, now: number, spare: Units = {}) {
  const units = { [definition.key]: 1 };
  const asked = makeAsk(view, { take: units, spare, definitions: [definition] }, now, ledgerConstants);
  const { reply } = answer(state, asked, now, ledgerRules);
  applyReply(view, reply, now, ledgerConstants);
  return { asked, reply };
}

const isolate = (name: string): LedgerView => emptyView("crowd:w:e:1", name);

/** A disk that takes what has changed. */
function diskOf(state: LedgerState, disk = new Map<string, LedgerRow>()) {
  for (const row of changesOf(state)) {
    if (row.value === null) disk.delete(`${row.table} ${row.key}`);
    else disk.set(`${row.table} ${row.key}`, row);
  }
  return disk;
}

/** Lets time pass, with the alarms that fall into it. */
function pass(state: LedgerState, until: number): void {
  for (;;) {
    arm(state, state.meta.clock, ledgerRules);
    const { alarmAt } = state.meta;
    if (alarmAt === null || alarmAt > until) break;
    wake(state, alarmAt, ledgerRules);
  }
}

describe("an object forgets limits", () => {
  it("that nobody asks about and that are empty, in memory and on disk", () => {
    const state = emptyLedger(t);
    const view = isolate("h");
    for (let address = 0; address < 3_000; address += 1) ask(state, view, define(`rl@${address}/minute`), t);
    const disk = diskOf(state);
    expect(disk.size).toBeGreaterThanOrEqual(3_000);
    // The flood brings the sweep forward.
    expect(arm(state, t, ledgerRules)).toBe(t + hourMs / 6);
    wake(state, t + hourMs / 6, ledgerRules);
    expect(state.limits.size).toBe(3_000);
    const next = arm(state, t + hourMs / 6, ledgerRules) ?? 0;
    wake(state, next, ledgerRules);
    expect(state.limits.size).toBe(0);
    diskOf(state, disk);
    expect([...disk.keys()].filter((key) => key.startsWith("limit_state"))).toEqual([]);
    expect(ask(state, view, define("rl@7/minute"), next).reply).toMatchObject({ ok: true });
  });

  it("but none that is used, leased or asked about", () => {
    const state = emptyLedger(t);
    const view = isolate("h");
    const daily = define("a/daily", { limit: { ...perMinute, windowMs: 24 * hourMs } });
    const bucket = define("b/slow", {
      limit: { name: "slow", algorithm: "token-bucket", callsMax: 1, windowMs: 2 * hourMs, burstMax: 5 },
    });
    const spare = define("c/leased", { limit: { ...perMinute, callsMax: 100 } });
    for (const definition of [daily, bucket, define("d/idle"), define("e/busy")]) ask(state, view, definition, t);
    arm(state, t, ledgerRules);
    const soon = t + hourMs - 1_000;
    expect(ask(state, isolate("other"), spare, soon, { [spare.key]: 5 }).reply.granted).toEqual({ [spare.key]: 5 });
    ask(state, view, define("e/busy"), t + hourMs / 2);
    ask(state, view, define("e/busy"), t + hourMs - 10 * minuteMs);
    wake(state, t + hourMs, ledgerRules);
    expect([...state.limits.keys()]).toEqual([daily.key, bucket.key, "e/busy", spare.key]);
    pass(state, t + 4 * hourMs);
    expect([...state.limits.keys()]).toEqual([daily.key]);
    pass(state, t + 40 * hourMs);
    expect(state.limits.size).toBe(0);
  });

  it("keeps its neighbours in the same row", () => {
    const state = emptyLedger(t);
    const view = isolate("h");
    ask(state, view, define("plan/minute"), t);
    ask(state, view, define("plan/daily", { limit: { ...perMinute, windowMs: 24 * hourMs } }), t);
    arm(state, t, ledgerRules);
    const disk = diskOf(state);
    wake(state, t + hourMs, ledgerRules);
    diskOf(state, disk);
    const restored = restore([...disk.values()], t + hourMs, ledgerRules);
    expect(peek(restored, t + hourMs, ledgerRules).limits.map(({ key }) => key)).toEqual(["plan/daily"]);
  });

  it("by alarm even if it never had a lease or a report, and lets a month's quota sleep until it is over", () => {
    const state = emptyLedger(t);
    const quota: Limit = { name: "month", algorithm: "quota", callsMax: 1_000, period: "month" };
    ask(state, isolate("h"), define("plan/month", { limit: quota }), t);
    const next = Date.UTC(2026, 11, 1);
    expect(arm(state, t, ledgerRules)).toBe(next);
    wake(state, next, ledgerRules);
    expect(state.limits.size).toBe(0);
    expect(arm(state, next, ledgerRules)).toBeNull();
  });

  it("R11: not because a restart lost when it was asked about", () => {
    const state = emptyLedger(t);
    const view = isolate("h");
    // Most of its takes are answered from an allowance, with no write but that.
    const often = define("plan/minute", { limit: { ...perMinute, callsMax: 60_000 } });
    const disk = diskOf(state);
    const last = t + 20 * minuteMs;
    for (let now = t; now <= last; now += 4 * minuteMs) {
      ask(state, view, often, now);
      diskOf(state, disk);
    }
    const restored = restore([...disk.values()], last, ledgerRules);
    for (const now of [last + minuteMs, last + 3 * minuteMs]) {
      restored.meta.sweepAt = now;
      wake(restored, now, ledgerRules);
    }
    expect(restored.limits.get(often.key)).toMatchObject({ occupancy: { used: 0 }, out: 0 });
    const { asked, reply } = ask(restored, view, often, last + 4 * minuteMs);
    expect(asked.definitions).toBeUndefined();
    expect(reply).toMatchObject({ ok: true });
  });

  it("reads rows that were written before limits were forgotten, as asked about now", () => {
    const state = emptyLedger(t);
    ask(state, isolate("h"), define("plan/minute"), t);
    const rows = changesOf(state).map((row) => {
      if (row.table !== "limit_state" || row.value === null) return row;
      return { ...row, value: row.value.replace(/"askedAt":\d+,?/, "") };
    });
    const restored = restore(rows, t + hourMs, ledgerRules);
    expect(restored.limits.get("plan/minute")?.askedAt).toBe(t + hourMs);
  });

  it("R15: and undoes no take into the limit that comes after", () => {
    const state = emptyLedger(t);
    const view = isolate("h");
    const hourly = define("plan/x", { limit: { ...perMinute, windowMs: 24 * hourMs } });
    const { reply } = ask(state, view, hourly, t);
    const record = state.limits.get("plan/x");
    if (record !== undefined) record.occupancy.used = 0;
    arm(state, t, ledgerRules);
    wake(state, t + hourMs, ledgerRules);
    expect(state.limits.size).toBe(0);
    ask(state, isolate("other"), hourly, t + hourMs);
    view.undo.add(reply.seq);
    ask(state, view, hourly, t + hourMs);
    expect(state.limits.get("plan/x")?.occupancy.used).toBe(2);
  });
});

describe("the greatest revision wins, over forgetting", () => {
  const old = define("plan/minute", { revision: 1, limit: { ...perMinute, callsMax: 1_000 } });
  const current = define("plan/minute", { revision: 2 });

  it("an old manifest brings the old limit back only until a current isolate asks", () => {
    const state = emptyLedger(t);
    const [behind, ahead] = [isolate("behind"), isolate("ahead")];
    ask(state, behind, old, t);
    ask(state, ahead, current, t);
    expect(ask(state, ahead, current, t + 1_000).asked.definitions).toBeUndefined();
    pass(state, t + 2 * hourMs);
    expect(state.limits.size).toBe(0);
    ask(state, behind, old, t + 2 * hourMs);
    expect(state.limits.get("plan/minute")?.definition).toEqual(old);
    expect(ask(state, ahead, current, t + 2 * hourMs).reply).toMatchObject({ ok: true });
    expect(state.limits.get("plan/minute")?.definition).toEqual(current);
    ask(state, behind, old, t + 2 * hourMs + 1_000);
    expect(state.limits.get("plan/minute")?.definition).toEqual(current);
  });

  it("whoever leaves its definition out finds it, whatever was swept and restarted in between", () => {
    // Most of its takes are answered from an allowance, with no write but that of when it was asked about.
    const often = define("plan/minute", { revision: 2, limit: { ...perMinute, callsMax: 60_000 } });
    let random = 7;
    const next = (max: number): number => (random = (random * 48_271) % 2_147_483_647) % max;
    let left = 0;
    for (let run = 0; run < 200; run += 1) {
      let state = emptyLedger(t);
      const disk = new Map<string, LedgerRow>();
      const views = [isolate("a"), isolate("b"), isolate("c")];
      let now = t;
      for (let step = 0; step < 60; step += 1) {
        now += next(next(3) === 0 ? 30 * minuteMs : 6 * minuteMs);
        const what = next(4);
        if (what === 0) {
          state.meta.sweepAt = now;
          wake(state, now, ledgerRules);
        } else if (what === 1) state = restore([...disk.values()], now, ledgerRules);
        else {
          const { asked, reply } = ask(state, views[next(3)] ?? isolate("d"), often, now);
          if (asked.definitions === undefined) left += 1;
          expect(reply.unknown).toBeUndefined();
          expect(state.limits.get("plan/minute")?.definition).toEqual(often);
        }
        diskOf(state, disk);
      }
    }
    expect(left).toBeGreaterThan(500);
  });
});
