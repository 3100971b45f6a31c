/** A ledger that is spread over several objects: what its shards hand out is leased from it. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ask, Reply, Units } from "../../src/model/ledger/messages.ts";
import { ledgerName, shardName } from "../../src/model/ledger/name.ts";
import type { CountedLimit, Limit, LimitDefinition } from "../../src/model/limit.ts";

const noon = Date.UTC(2034, 0, 31, 12);
let ledgers = 0;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
afterEach(() => void vi.useRealTimers());

function spread() {
  const name = ledgerName({ subject: "app", workspace: "ws_s", environment: "env_1", id: `app_${(ledgers += 1)}` });
  return {
    ledger: () => env.LEDGER.getByName(name),
    shard: (index: number) => env.LEDGER.getByName(shardName(name, index)),
    shardName: (index: number) => shardName(name, index),
  };
}

const defined = (limit: CountedLimit): LimitDefinition => ({ key: `plan_1/${limit.name}`, revision: 1, limit });
const hourly = (callsMax: number): LimitDefinition =>
  defined({ name: "hourly", algorithm: "fixed-window", callsMax, windowMs: 3_600_000 });
const one: Units = { "plan_1/hourly": 1 };

/** An isolate's Asks, one after the other. */
function asker(holder: string, definitions: readonly LimitDefinition[]) {
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
      definitions,
      ...changes,
    };
  };
}

/** What is asked of the ledger by the shard's alarm, when nobody else asks. */
async function settle(stub: ReturnType<ReturnType<typeof spread>["shard"]>): Promise<void> {
  vi.setSystemTime(Date.now() + 1_100);
  await runDurableObjectAlarm(stub);
  // Its question is on its way; whoever asks next is answered after it.
  await vi.waitFor(async () => {
    const isAsking = await runInDurableObject(stub, (_object, state) => {
      const rows = state.storage.sql.exec<{ value: string }>("SELECT value FROM upward").toArray();
      const { asked, closing } = JSON.parse(rows[0]?.value ?? "{}") as { asked?: boolean; closing?: unknown[] };
      return asked === true || (closing?.length ?? 0) > 0;
    });
    expect(isAsking).toBe(false);
  });
}

describe("a ledger's shards", () => {
  it("admit together what the ledger allows, and no call more", async () => {
    const { ledger, shard } = spread();
    const asks = [0, 1, 2].map((index) => ({ index, ask: asker(`h${index}`, [hourly(10)]) }));
    let admitted = 0;
    for (let round = 0; round < 6; round += 1) {
      for (const { index, ask } of asks) if ((await shard(index).ask(ask({ take: one }))).ok) admitted += 1;
    }
    expect(admitted).toBe(10);
    const refused: Reply = await shard(0).ask(asker("h9", [hourly(10)])({ take: one }));
    expect(refused).toMatchObject({ ok: false, deniedBy: "plan_1/hourly" });
    // The ledger's word: what is used up comes back when the hour ends.
    expect(refused.retryMs).toBeGreaterThan(3_500_000);
    expect((await ledger().peek()).limits).toMatchObject([{ key: "plan_1/hourly", left: 0 }]);
  });

  it("lease spare on, for less time than they have it", async () => {
    const { ledger, shard } = spread();
    const ask = asker("h", [hourly(1_000)]);
    // What it lacks for the call it leases together with what is wished, and hands half of it on.
    const first = await shard(0).ask(ask({ take: one, spare: { "plan_1/hourly": 20 } }));
    expect(first).toMatchObject({ ok: true, spareMs: 3_000, granted: { "plan_1/hourly": 10 } });
    const [limit] = (await ledger().peek()).limits;
    expect(limit?.leased).toBeGreaterThan(10);
    // Never more than may lie idle of the whole limit.
    expect(limit?.leased).toBeLessThanOrEqual(101);
    // Seven seconds later nothing has been heard of the ledger: what is left of its lease is not enough to hand on.
    vi.setSystemTime(noon + 6_500);
    const late = await shard(0).ask(ask({ spare: { "plan_1/hourly": 20 } }));
    expect(late.spareMs).toBeLessThanOrEqual(0);
  });

  it("return what nobody asks for any more, by themselves", async () => {
    const { ledger, shard } = spread();
    const ask = asker("h", [hourly(1_000)]);
    for (let call = 0; call < 20; call += 1) await shard(0).ask(ask({ take: one }));
    vi.setSystemTime(noon + 1_500);
    await settle(shard(0));
    expect((await ledger().peek()).limits).toMatchObject([{ left: 980, leased: 0, orphaned: 0 }]);
  });

  it("lose nothing by an eviction but what their memory was allowed to give out", async () => {
    const { ledger, shard } = spread();
    // 20 calls in an hour: every take is written.
    const ask = asker("h", [hourly(20)]);
    for (let call = 0; call < 5; call += 1) await shard(0).ask(ask({ take: one }));
    await evictDurableObject(shard(0));
    for (let call = 0; call < 5; call += 1) {
      expect((await shard(0).ask(ask({ take: one }))).ok).toBe(true);
    }
    vi.setSystemTime(noon + 3_000);
    await settle(shard(0));
    expect((await ledger().peek()).limits).toMatchObject([{ left: 10, leased: 0 }]);
  });

  it("hear of a verdict when they settle, and when it is lifted", async () => {
    const { ledger, shard } = spread();
    const ask = asker("h", [hourly(100)]);
    expect((await shard(0).ask(ask({ take: one }))).ok).toBe(true);
    await ledger().judge({ kind: "suspended", serial: 1, holds: true });
    vi.setSystemTime(noon + 1_100);
    // The first Ask after a second has the shard ask its ledger; what it hears holds from then on.
    await shard(0).ask(ask());
    await vi.waitFor(async () => {
      expect(await shard(0).ask(ask({ take: one }))).toMatchObject({ ok: false, verdict: { kind: "suspended" } });
    });
    await ledger().judge({ kind: "suspended", serial: 2, holds: false });
    vi.setSystemTime(noon + 2_300);
    expect(await shard(0).ask(ask({ take: one }))).toMatchObject({ ok: true, verdict: null });
  });

  it("spend the ledger's credit, and tell it what calls have cost", async () => {
    const { ledger, shard } = spread();
    const credit = defined({ name: "credit", algorithm: "credit" });
    const grant = { id: "gra_1", serial: 1, units: 3, priority: 0, effectiveAt: noon, expiresAt: null, voided: false };
    await ledger().fund({ key: credit.key, grants: [grant] });
    const ask = asker("h", [credit]);
    const held: boolean[] = [];
    for (let call = 0; call < 4; call += 1) held.push((await shard(0).ask(ask({ hold: { [credit.key]: 1 } }))).ok);
    expect(held).toEqual([true, true, true, false]);
    await shard(0).ask(ask({ says: [{ number: 1, final: true, pools: { [credit.key]: { spent: 2, returned: 1 } } }] }));
    vi.setSystemTime(noon + 1_500);
    await settle(shard(0));
    expect((await ledger().peek()).credits).toMatchObject([
      { available: 1, grants: [{ balances: { available: 1, escrow: 0, consumed: 2 } }] },
    ]);
  });

  it("tell of what a call cost beyond its reserve, whatever else they have leased since", async () => {
    const { ledger, shard } = spread();
    const credit = defined({ name: "credit", algorithm: "credit" });
    const grant = {
      id: "gra_1",
      serial: 1,
      units: 100,
      priority: 0,
      effectiveAt: noon,
      expiresAt: null,
      voided: false,
    };
    await ledger().fund({ key: credit.key, grants: [grant] });
    const ask = asker("h", [credit, hourly(1_000)]);
    expect((await shard(0).ask(ask({ hold: { [credit.key]: 1 } }))).ok).toBe(true);
    // What the call holds is of a lease that is over; the next one is of another limit.
    await evictDurableObject(shard(0));
    expect((await shard(0).ask(ask({ take: one }))).ok).toBe(true);
    const cost = { spent: 1, returned: 0, over: 40 };
    await shard(0).ask(ask({ says: [{ number: 1, final: true, pools: { [credit.key]: cost } }] }));
    vi.setSystemTime(noon + 1_500);
    await settle(shard(0));
    expect((await ledger().peek()).credits).toMatchObject([
      { available: 59, writtenOff: 0, grants: [{ balances: { escrow: 0, consumed: 41 } }] },
    ]);
  });

  it("have no more limits in one lease than can be told of at once", async () => {
    const { ledger, shard } = spread();
    const limits = Array.from({ length: 450 }, (_, index) =>
      defined({ ...hourly(10).limit, name: `l${index}` } as Limit),
    );
    const ask = asker("h", limits);
    for (const { key } of limits) expect((await shard(0).ask(ask({ take: { [key]: 1 } }))).ok).toBe(true);
    const longest = await runInDurableObject(ledger(), (_object, state) =>
      state.storage.sql.exec<{ most: number }>("SELECT max(length(value)) AS most FROM lease").one(),
    );
    expect(longest.most).toBeLessThan(60_000);
  });

  it("have totals of their own", async () => {
    const { shard, shardName: nameOf } = spread();
    const cell = {
      minute: noon / 60_000,
      subscription: "sub_1",
      application: "app_1",
      api: "api_1",
      version: "ver_1",
      versionName: "v1",
      operation: "list",
      meter: "calls",
      calls: 3,
      units: 3,
      classes: { "2xx": 3, "3xx": 0, "4xx": 0, "5xx": 0 },
      histogram: [1],
    };
    const ask = asker("h", []);
    expect(await shard(1).ask(ask({ report: { number: 1, cells: [cell] } }))).toMatchObject({ reportsApplied: 1 });
    vi.setSystemTime(noon + 61_000);
    await runDurableObjectAlarm(shard(1));
    const { results } = await env.DB.prepare("SELECT calls, workspace, environment FROM usage_totals WHERE source = ?")
      .bind(nameOf(1))
      .all();
    expect(results).toEqual([{ calls: 3, workspace: "ws_s", environment: "env_1" }]);
  });
});
