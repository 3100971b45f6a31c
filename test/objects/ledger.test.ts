import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/model/ledger/credit-account.ts";
import type { Ask, Units } from "../../src/model/ledger/messages.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { Limit, LimitDefinition } from "../../src/model/limit.ts";
import type { UsageCell } from "../../src/model/usage.ts";
import { totalsStore } from "../../src/platform/usage-totals.ts";

const hourMs = 3_600_000;
const noon = Date.UTC(2026, 10, 25, 12);
let ledgers = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(noon);
});
afterEach(() => {
  vi.useRealTimers();
});

function freshLedger() {
  const name = ledgerName({ subject: "app", workspace: "ws_1", environment: "env_1", id: `app_${(ledgers += 1)}` });
  return { name, stub: () => env.LEDGER.getByName(name) };
}

function defined(limit: Limit, revision = 1): LimitDefinition {
  return { key: `plan_1/${limit.name}`, revision, limit };
}

const hourly = (callsMax: number, revision = 1): LimitDefinition =>
  defined({ name: "hourly", algorithm: "fixed-window", callsMax, windowMs: hourMs }, revision);

/** What an isolate would say; `seq` counts by itself. */
function asker(holder: string) {
  let seq = 0;
  return (changes: Partial<Ask> = {}): Ask => {
    seq += 1;
    return {
      protocol: 1,
      holder,
      seq,
      floor: seq,
      lease: 1,
      take: null,
      hold: {},
      spare: {},
      says: [],
      undo: [],
      report: null,
      ...changes,
    };
  };
}

const one: Units = { "plan_1/hourly": 1 };

function cell(changes: Partial<UsageCell> = {}): UsageCell {
  return {
    minute: Math.floor(noon / 60_000),
    subscription: "sub_1",
    application: "app_1",
    api: "api_1",
    version: "ver_1",
    versionName: "v1",
    operation: "listPets",
    meter: "calls",
    calls: 3,
    units: 3,
    classes: { "2xx": 2, "3xx": 0, "4xx": 0, "5xx": 1 },
    histogram: [1, 2],
    ...changes,
  };
}

async function totalsOf(source: string) {
  const { results } = await env.DB.prepare("SELECT * FROM usage_totals WHERE source = ? ORDER BY hour")
    .bind(source)
    .all<{ hour: number; calls: number; report_version: number; workspace: string; classes: string }>();
  return results;
}

describe("the ledger object", () => {
  it("asks for definitions that it does not have, then decides", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    expect(await stub().ask(ask({ take: one }))).toMatchObject({ ok: false, unknown: ["plan_1/hourly"] });
    const reply = await stub().ask(ask({ take: one, definitions: [hourly(100)] }));
    expect(reply).toMatchObject({ ok: true, remaining: { "plan_1/hourly": { left: 99, resetMs: hourMs } } });
  });

  it("keeps exact counts, leases and definitions over an eviction", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ take: one, spare: { "plan_1/hourly": 10 }, definitions: [hourly(100)] }));
    await evictDurableObject(stub());
    const { limits } = await stub().peek();
    expect(limits).toMatchObject([{ key: "plan_1/hourly", left: 89, leased: 10, orphaned: 0 }]);
  });

  it("R11: turns an allowance that a lost memory may have given out into units that are spent", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ take: one, definitions: [hourly(72_000)] }));
    await stub().ask(ask({ take: one }));
    await evictDurableObject(stub());
    // 20 calls a second: a chunk of 10. The second take was answered from memory; both are covered by the orphan.
    expect((await stub().peek()).limits).toMatchObject([{ left: 72_000 - 11, leased: 10 }]);
    vi.setSystemTime(noon + 2_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect((await stub().peek()).limits).toMatchObject([{ left: 72_000 - 11, leased: 0, orphaned: 10 }]);
  });

  it("takes an allowance back when it wakes after a quiet time, so that an eviction at rest costs nobody anything", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    const report = { number: 1, cells: [cell()] };
    await stub().ask(ask({ take: one, definitions: [hourly(72_000)], report }));
    await stub().ask(ask({ take: one }));
    vi.setSystemTime(noon + 5_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    await evictDurableObject(stub());
    const { limits, health } = await stub().peek();
    expect(limits).toMatchObject([{ left: 72_000 - 2, leased: 0, orphaned: 0 }]);
    // Its first load counts as one.
    expect(health).toMatchObject({ restarts: 2, lateCells: 0, holders: 1 });
  });

  it("survives an abort in mid-life", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ take: one, definitions: [hourly(2)] }));
    await expect(async () => {
      await runInDurableObject(stub(), (_object, state) => state.abort("lost"));
    }).rejects.toThrow();
    expect(await stub().ask(ask({ take: one }))).toMatchObject({ ok: true });
    expect(await stub().ask(ask({ take: one }))).toMatchObject({
      ok: false,
      deniedBy: "plan_1/hourly",
      retryMs: hourMs,
    });
  });

  it("R12: an instance whose write failed never answers from the memory that is ahead", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ take: one, definitions: [hourly(2)] }));
    await runInDurableObject(stub(), (_object, state) => {
      state.storage.sql.exec("ALTER TABLE limit_state RENAME TO away");
    });
    await expect(async () => {
      await stub().ask(ask({ take: one }));
    }).rejects.toThrow();
    await runInDurableObject(stub(), (_object, state) => {
      state.storage.sql.exec("DROP TABLE limit_state");
      state.storage.sql.exec("ALTER TABLE away RENAME TO limit_state");
    });
    await evictDurableObject(stub());
    // The take that could not be written was never answered, and is not counted.
    expect((await stub().peek()).limits).toMatchObject([{ left: 1 }]);
  });

  it("R18: forfeits a dead isolate's lease by alarm, and counts late settlement exactly", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ spare: { "plan_1/hourly": 10 }, definitions: [hourly(100)] }));
    vi.setSystemTime(noon + 4_999);
    await runDurableObjectAlarm(stub());
    expect((await stub().peek()).limits).toMatchObject([{ left: 90, leased: 10 }]);
    vi.setSystemTime(noon + 5_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect((await stub().peek()).limits).toMatchObject([{ left: 90, leased: 0, orphaned: 10 }]);
    const says = [{ number: 1, final: true, pools: { "plan_1/hourly": { spent: 4, returned: 6 } } }];
    const late = await stub().ask(ask({ says }));
    expect(late).toMatchObject({ ok: true, stale: true });
    expect((await stub().peek()).limits).toMatchObject([{ left: 90, leased: 0, orphaned: 6 }]);
  });

  it("R15: decides a repeated message once, and undoes a take once", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    const first = ask({ take: one, definitions: [hourly(10)], floor: 1 });
    for (let times = 0; times < 3; times += 1) expect(await stub().ask(first)).toMatchObject({ ok: true });
    expect((await stub().peek()).limits).toMatchObject([{ left: 9 }]);
    await stub().ask(ask({ undo: [1], floor: 1 }));
    await stub().ask(ask({ undo: [1], floor: 1 }));
    expect((await stub().peek()).limits).toMatchObject([{ left: 10 }]);
    expect(await stub().ask(first)).toMatchObject({ ok: false });
    expect((await stub().peek()).limits).toMatchObject([{ left: 10 }]);
  });

  it("keeps the newest definition, and refuses below a lowered limit until it drains", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ take: { "plan_1/hourly": 5 }, definitions: [hourly(10, 2)] }));
    await stub().ask(ask({ definitions: [hourly(1_000, 1)] }));
    expect((await stub().peek()).limits).toMatchObject([{ left: 5, limit: { callsMax: 10 } }]);
    expect(await stub().ask(ask({ take: one, definitions: [hourly(3, 3)] }))).toMatchObject({ ok: false });
    vi.setSystemTime(noon + hourMs);
    expect(await stub().ask(ask({ take: one }))).toMatchObject({ ok: true });
  });

  it("judges: at once for takes, the greatest serial wins, and a verdict may lift itself", async () => {
    const { stub } = freshLedger();
    const ask = asker("h");
    const spare = { "plan_1/hourly": 5 };
    await stub().ask(ask({ take: one, definitions: [hourly(100)] }));
    expect(await stub().judge({ kind: "suspended", serial: 5, holds: true })).toEqual({ kind: "suspended", serial: 5 });
    expect(await stub().judge({ kind: "suspended", serial: 4, holds: false })).not.toBeNull();
    await evictDurableObject(stub());
    const refused = await stub().ask(ask({ take: one, spare }));
    expect(refused).toMatchObject({ ok: false, verdict: { kind: "suspended" }, spareMs: 0, granted: {} });
    expect(await stub().judge({ kind: "suspended", serial: 6, holds: false })).toBeNull();
    expect(await stub().ask(ask({ take: one, spare }))).toMatchObject({ ok: true, granted: spare });
    await stub().judge({ kind: "revoked", serial: 7, holds: true, forMs: 1_000 });
    expect(await stub().ask(ask({ take: one }))).toMatchObject({ ok: false, verdict: { kind: "revoked" } });
    vi.setSystemTime(noon + 1_000);
    expect(await stub().ask(ask({ take: one }))).toMatchObject({ ok: true, verdict: null });
  });
});

describe("usage reports", () => {
  it("R19, R20: books a report once, over a restart, and sends absolute totals to D1", async () => {
    const { name, stub } = freshLedger();
    const ask = asker("h");
    const report = { number: 1, cells: [cell(), cell({ operation: "getPet", calls: 1 })] };
    await stub().ask(ask({ report }));
    await evictDurableObject(stub());
    expect(await stub().ask(ask({ report }))).toMatchObject({ reportsApplied: 1 });
    expect(await stub().ask(ask({ report: { number: 3, cells: [cell()] } }))).toMatchObject({ reportsApplied: 1 });
    expect(await totalsOf(name)).toEqual([]);
    vi.setSystemTime(noon + 60_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    const rows = await totalsOf(name);
    expect(rows.map(({ calls }) => calls).toSorted((a, b) => a - b)).toEqual([1, 3]);
    expect(rows[0]).toMatchObject({ workspace: "ws_1", report_version: 1 });
    await stub().ask(ask({ report: { number: 2, cells: [cell({ calls: 4 })] } }));
    vi.setSystemTime(noon + 120_000);
    await runDurableObjectAlarm(stub());
    expect((await totalsOf(name)).map(({ calls, report_version }) => `${calls} in ${report_version}`)).toEqual(
      expect.arrayContaining(["1 in 1", "7 in 2"]),
    );
  });

  it("keeps cells readable that were booked before versions were counted by their ids", async () => {
    const { name, stub } = freshLedger();
    const { versionName, ...old } = cell({ version: "v1" });
    const cells = [old as UsageCell, cell()];
    await stub().ask(asker("h")({ report: { number: 1, cells } }));
    vi.setSystemTime(noon + 60_000);
    await runDurableObjectAlarm(stub());
    const { results } = await env.DB.prepare("SELECT version, version_name FROM usage_totals WHERE source = ?")
      .bind(name)
      .all();
    expect(results).toEqual(
      expect.arrayContaining([
        { version: "v1", version_name: "" },
        { version: "ver_1", version_name: versionName },
      ]),
    );
  });

  it("sends again what D1 did not take", async () => {
    const { name, stub } = freshLedger();
    await stub().ask(asker("h")({ report: { number: 1, cells: [cell()] } }));
    await env.DB.exec("ALTER TABLE usage_totals RENAME TO totals_away");
    vi.setSystemTime(noon + 60_000);
    await runDurableObjectAlarm(stub());
    await env.DB.exec("ALTER TABLE totals_away RENAME TO usage_totals");
    vi.setSystemTime(noon + 120_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await totalsOf(name)).toMatchObject([{ calls: 3 }]);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await totalsOf(name)).toMatchObject([{ calls: 3 }]);
  });

  it("prunes flushed minutes, and books a cell that comes later on the present minute", async () => {
    const { name, stub } = freshLedger();
    const ask = asker("h");
    await stub().ask(ask({ report: { number: 1, cells: [cell()] } }));
    vi.setSystemTime(noon + 60_000);
    await runDurableObjectAlarm(stub());
    const later = noon + 50 * hourMs;
    vi.setSystemTime(later);
    await runDurableObjectAlarm(stub());
    const kept = await runInDurableObject(stub(), (_object, state) => {
      return state.storage.sql.exec("SELECT * FROM usage_minute").toArray().length;
    });
    expect(kept).toBe(0);
    await stub().ask(asker("other")({ report: { number: 1, cells: [cell({ calls: 2 })] } }));
    vi.setSystemTime(later + 60_000);
    await runDurableObjectAlarm(stub());
    expect((await totalsOf(name)).map(({ hour, calls }) => [hour - noon / hourMs, calls])).toEqual([
      [0, 3],
      [50, 2],
    ]);
  });

  it("R20: D1 never goes back to an older version, whatever comes when", async () => {
    const d1 = totalsStore(env.DB);
    const { minute: _minute, ...counts } = cell();
    const rows = Array.from({ length: 40 }, (_, index) => ({
      ...counts,
      operation: `op-${index}`,
      hour: noon / hourMs,
      source: "app:ws_1:env_1:store",
      workspace: "ws_1",
      environment: "env_1",
      reportVersion: 2,
    }));
    await d1.store(rows);
    await d1.store(rows);
    await d1.store(rows.map((row) => ({ ...row, calls: 1, reportVersion: 1 })));
    const totals = await totalsOf("app:ws_1:env_1:store");
    expect(totals).toHaveLength(40);
    expect(totals.every(({ calls, report_version }) => calls === 3 && report_version === 2)).toBe(true);
    await d1.store([]);
  });
});

describe("a limit that ends by itself", () => {
  it("is what it was given for so long, and then what it was before, to the unit; also after a restart", async () => {
    const { stub } = freshLedger();
    const ask = asker("h1");
    const { limit } = hourly(5);
    const shut = { ...hourly(0), ends: { at: noon + 60_000, limit } };
    expect(await stub().ask(ask({ take: one, definitions: [shut] }))).toMatchObject({
      ok: false,
      deniedBy: "plan_1/hourly",
    });
    await evictDurableObject(stub());
    vi.setSystemTime(noon + 59_999);
    expect((await stub().ask(ask({ take: one, definitions: [shut] }))).ok).toBe(false);
    vi.setSystemTime(noon + 60_000);
    for (let left = 4; left >= 0; left -= 1) {
      // Who has not noticed yet that it has ended cannot bring it back.
      const reply = await stub().ask(ask({ take: one, definitions: [shut] }));
      expect(reply).toMatchObject({ ok: true, remaining: { "plan_1/hourly": { left } } });
    }
    expect((await stub().ask(ask({ take: one }))).ok).toBe(false);
  });

  it("passes time for a bucket as it was until then, and is over for whoever still brings it", async () => {
    const { stub } = freshLedger();
    const ask = asker("h1");
    const slow = { name: "hourly", algorithm: "token-bucket", callsMax: 1, windowMs: 60_000, burstMax: 100 } as const;
    const planned = { ...slow, callsMax: 6_000 };
    const overridden = { ...defined(slow), ends: { at: noon + 60_000, limit: planned } };
    await stub().ask(ask({ take: { "plan_1/hourly": 100 }, definitions: [overridden] }));
    vi.setSystemTime(noon + 60_010);
    const reply = await stub().ask(ask({ take: null, spare: one, definitions: [overridden] }));
    // One in the minute before, one in the ten ms since.
    expect(reply.remaining["plan_1/hourly"]?.left).toBe(2);
    const late = freshLedger();
    const wide = { ...hourly(1_000), ends: { at: noon, limit: hourly(3).limit } };
    expect(await late.stub().ask(ask({ take: { "plan_1/hourly": 4 }, definitions: [wide] }))).toMatchObject({
      ok: false,
    });
  });

  it.each(["token-bucket", "sliding-window", "quota", "concurrency"] as const)(
    "lets nothing through at 0: %s",
    async (algorithm) => {
      const { stub } = freshLedger();
      const limits = {
        "token-bucket": { callsMax: 0, windowMs: 1_000, burstMax: 0 },
        "sliding-window": { callsMax: 0, windowMs: 1_000 },
        quota: { callsMax: 0, period: "day" as const },
        concurrency: { callsMax: 0 },
      };
      const definition = defined({ name: "hourly", algorithm, ...limits[algorithm] } as Limit);
      const wanted = algorithm === "concurrency" ? { hold: one } : { take: one };
      const reply = await stub().ask(asker("h1")({ ...wanted, spare: one, definitions: [definition] }));
      expect(reply).toMatchObject({ ok: false, deniedBy: "plan_1/hourly", granted: {} });
      expect(Number.isFinite(reply.retryMs) && reply.retryMs > 0).toBe(true);
      expect(Number.isFinite(reply.remaining["plan_1/hourly"]?.resetMs)).toBe(true);
    },
  );
});

describe("credit", () => {
  const credit = (atRiskMax?: number): LimitDefinition => ({
    key: "sub_1/credit",
    revision: 1,
    limit: { name: "credit", algorithm: "credit", atRiskMax },
  });
  const grant = (changes: Partial<Grant> = {}): Grant => {
    const always = { effectiveAt: 0, expiresAt: null, voided: false };
    return { id: "gra_1", serial: 1, units: 1_000, priority: 100, ...always, ...changes };
  };
  const key = "sub_1/credit";

  it("is granted before it is defined, survives a restart, and is never more than what was funded", async () => {
    const { stub } = freshLedger();
    const ask = asker("h1");
    await stub().fund({ key, grants: [grant({ units: 3 })] });
    await evictDurableObject(stub());
    const wish = { definitions: [credit()], hold: { [key]: 2 } };
    expect(await stub().ask(ask(wish))).toMatchObject({
      ok: true,
      granted: { [key]: 2 },
      remaining: { [key]: { left: 3 } },
    });
    expect(await stub().ask(asker("h2")(wish))).toMatchObject({ ok: false, deniedBy: key });
    await evictDurableObject(stub());
    const says = [{ number: 1, final: true, pools: { [key]: { spent: 1, returned: 1 } } }];
    await stub().ask(ask({ says, lease: 2 }));
    await evictDurableObject(stub());
    expect((await stub().peek()).credits).toMatchObject([
      { key, available: 2, writtenOff: 0, grants: [{ balances: { available: 2, escrow: 0, consumed: 1 } }] },
    ]);
  });

  it("lies idle in leases no more than a tenth, nor than the plan says", async () => {
    const { stub } = freshLedger();
    await stub().fund({ key, grants: [grant()] });
    const wish = { spare: { [key]: 500 }, hold: { [key]: 1 } };
    const first = await stub().ask(asker("h1")({ ...wish, definitions: [credit(7)] }));
    const second = await stub().ask(asker("h2")({ ...wish, definitions: [credit(7)] }));
    expect([first.granted, second.granted]).toEqual([{ [key]: 8 }, { [key]: 1 }]);
    const other = freshLedger();
    await other.stub().fund({ key, grants: [grant()] });
    expect((await other.stub().ask(asker("h1")({ ...wish, definitions: [credit()] }))).granted).toEqual({ [key]: 101 });
  });

  it("is given back where the gateway that held it has died, and charged late if that was only out of reach", async () => {
    const { stub } = freshLedger();
    const ask = asker("h1");
    await stub().fund({ key, grants: [grant({ units: 5 })] });
    await stub().ask(ask({ definitions: [credit()], hold: { [key]: 4 } }));
    vi.setSystemTime(noon + 5_001);
    await runDurableObjectAlarm(stub());
    expect((await stub().peek()).credits).toMatchObject([{ available: 5 }]);
    const spent = await stub().ask(asker("h2")({ hold: { [key]: 3 } }));
    expect(spent.ok).toBe(true);
    await stub().ask(
      ask({ says: [{ number: 1, final: true, pools: { [key]: { spent: 4, returned: 0 } } }], lease: 2 }),
    );
    expect((await stub().peek()).credits).toMatchObject([
      { available: 0, writtenOff: 2, grants: [{ balances: { escrow: 3, consumed: 2 } }] },
    ]);
  });

  it("is charged for what a dead gateway settles long after the limit would have been forgotten", async () => {
    const { stub } = freshLedger();
    const ask = asker("h1");
    await stub().fund({ key, grants: [grant({ units: 100 })] });
    await stub().ask(ask({ definitions: [credit()], hold: { [key]: 100 } }));
    vi.setSystemTime(noon + 6_000);
    await runDurableObjectAlarm(stub());
    vi.setSystemTime(noon + 2 * hourMs);
    await runDurableObjectAlarm(stub());
    const pools = { [key]: { spent: 100, returned: 0 } };
    await stub().ask(ask({ says: [{ number: 1, final: true, pools }], lease: 2 }));
    expect((await stub().peek()).credits).toMatchObject([{ available: 0, grants: [{ balances: { consumed: 100 } }] }]);
  });

  it("tells its journal page by page, the running hour first, and keeps it through restarts", async () => {
    const { stub } = freshLedger();
    for (let hour = 0; hour < 5; hour += 1) {
      vi.setSystemTime(noon + hour * hourMs);
      await stub().fund({ key, grants: [grant({ id: `gra_${hour}`, units: hour + 1 })] });
      await evictDurableObject(stub());
    }
    const entry = (hour: number, debit: string) => ({
      hour: noon / hourMs + hour,
      grant: `gra_${hour}`,
      debit,
      units: hour + 1,
    });
    const first = await stub().journal({ key, before: null, count: 3 });
    expect(first.entries).toMatchObject([
      entry(4, "available"),
      entry(4, "pending"),
      entry(3, "available"),
      entry(3, "pending"),
      entry(2, "available"),
    ]);
    const second = await stub().journal({ key, before: first.next, count: 3 });
    expect(second.entries).toMatchObject([entry(2, "pending"), entry(1, "available"), entry(1, "pending")]);
    const last = await stub().journal({ key, before: second.next, count: 3 });
    expect(last).toMatchObject({ entries: [entry(0, "available"), entry(0, "pending")], next: null });
    expect(await stub().journal({ key: "sub_2/credit", before: null, count: 3 })).toEqual({ entries: [], next: null });
  });
});
