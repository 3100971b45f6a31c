import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createLeases } from "../../src/gateway/leases.ts";
import type { Admission, Demand, Leases, LeasesPorts } from "../../src/gateway/leases.ts";
import type { Ask, Reply } from "../../src/model/ledger/messages.ts";
import { answer, judge } from "../../src/model/ledger/object.ts";
import { emptyLedger, ledgerRules } from "../../src/model/ledger/state.ts";
import type { LimitDefinition } from "../../src/model/limit.ts";
import { usage } from "../support/usage.ts";

const hourly = {
  key: "plan_1/hourly",
  revision: 1,
  limit: { name: "hourly", algorithm: "fixed-window", callsMax: 100, windowMs: 3_600_000 },
} satisfies LimitDefinition;

function demand(changes: Partial<Demand> = {}): Demand {
  return {
    ledger: "app:ws_1:env_1:app_1",
    definitions: [hourly],
    cost: 1,
    variable: false,
    credential: "cred_1",
    mode: "leased",
    onFailure: "refuse",
    ...changes,
  };
}

/** A clock that only the test moves, and waits that end when it has moved far enough. */
function handClock(start = Date.UTC(2026, 10, 25, 12)) {
  let now = start;
  let waiting: { until: number; resolve: () => void }[] = [];
  const settle = async (): Promise<void> => {
    for (let job = 0; job < 100; job += 1) await Promise.resolve();
  };
  return {
    now: () => now,
    wait: (ms: number) => new Promise<void>((resolve) => void waiting.push({ until: now + ms, resolve })),
    settle,
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = waiting.reduce((first, { until }) => Math.min(first, until), Infinity);
        if (next > end) break;
        now = Math.max(now, next);
        const due = waiting.filter(({ until }) => until <= next);
        waiting = waiting.filter(({ until }) => until > next);
        for (const { resolve } of due) resolve();
        await settle();
      }
      now = end;
    },
  };
}

/** The object's functions without a network: answers at once unless `route` says otherwise. */
function scene(route: (ask: Ask, reply: () => Reply) => Promise<Reply> = (_ask, reply) => Promise.resolve(reply())) {
  const clock = handClock();
  const states = new Map<string, ReturnType<typeof emptyLedger>>();
  const stateOf = (ledger: string) => {
    const state = states.get(ledger) ?? emptyLedger(clock.now());
    states.set(ledger, state);
    return state;
  };
  const asks: { ledger: string; ask: Ask }[] = [];
  const ports: LeasesPorts = {
    now: clock.now,
    wait: clock.wait,
    makeId: () => `holder-${(holders += 1)}`,
    ledger: {
      async ask(ledger, ask) {
        asks.push({ ledger, ask });
        return route(ask, () => answer(stateOf(ledger), ask, clock.now(), ledgerRules).reply);
      },
    },
  };
  const leases = createLeases(ports);
  const admit = async (demands = [demand()]): Promise<Admission> => leases.admit(demands, () => {});
  return { clock, asks, ports, leases, admit, stateOf };
}
let holders = 0;

/** Fifty callers, ten calls each, all at once, over two isolates. */
async function fiftyCallers(isolates: readonly Leases[], calls: Demand, halfWay: () => Promise<void> = async () => {}) {
  let admitted = 0;
  let done = 0;
  const background: Promise<unknown>[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async (_, caller) => {
      for (let count = 0; count < 10; count += 1) {
        const leases = isolates[caller % isolates.length];
        const admission = await leases?.admit([calls], (work) => void background.push(work));
        if (admission?.ok === true) admitted += 1;
        if ((done += 1) === 60) await halfWay();
      }
    }),
  );
  return { admitted, background };
}

describe("fifty callers against the real object", () => {
  const clock = handClock(Date.UTC(2026, 10, 25, 12));
  let asks = 0;
  /** The real object on its own clock; the isolates' waits are by hand, so that nothing here sleeps. */
  const isolate = (): Leases =>
    createLeases({
      now: clock.now,
      wait: clock.wait,
      makeId: () => crypto.randomUUID(),
      ledger: {
        async ask(ledger, ask) {
          asks += 1;
          return await env.LEDGER.getByName(ledger).ask(ask);
        },
      },
    });
  const ledgerOf = (name: string): string => `app:ws_1:env_1:${name}`;

  it.each([["undisturbed"], ["evicted half way"]])("exact: admits 100 of 500, %s", async (how) => {
    const ledger = ledgerOf(`exact ${how}`);
    const evict = async (): Promise<void> => {
      if (how !== "undisturbed") await evictDurableObject(env.LEDGER.getByName(ledger));
    };
    const { admitted } = await fiftyCallers([isolate(), isolate()], demand({ ledger, mode: "exact" }), evict);
    expect(admitted).toBe(100);
  });

  it.each(["exact", "leased"] as const)(
    "%s, over four shards: never more than 100 of 500, and all but a tenth",
    async (mode) => {
      const ledger = ledgerOf(`shards ${mode}`);
      const evict = (): Promise<void> => evictDurableObject(env.LEDGER.getByName(ledger));
      const isolates = Array.from({ length: 6 }, isolate);
      const { admitted } = await fiftyCallers(isolates, demand({ ledger, mode, shards: 4 }), evict);
      expect(admitted).toBeLessThanOrEqual(100);
      expect(admitted).toBeGreaterThanOrEqual(90);
    },
  );

  it.each([["undisturbed"], ["evicted half way"]])(
    "leased: never above 100 of 500, less what is still out, and 100 once that is back, %s",
    async (how) => {
      const ledger = ledgerOf(`leased ${how}`);
      const stub = env.LEDGER.getByName(ledger);
      const calls = demand({ ledger });
      const isolates = [isolate(), isolate()];
      asks = 0;
      const evict = async (): Promise<void> => {
        if (how !== "undisturbed") await evictDurableObject(stub);
      };
      const { admitted, background } = await fiftyCallers(isolates, calls, evict);
      const [limit] = (await env.LEDGER.getByName(ledger).peek()).limits;
      const out = limit?.leased ?? 0;
      console.log(
        `leased, ${how}: ${admitted} admitted in ${asks} asks, at most ${out} units still out, ${limit?.left} left`,
      );
      expect(admitted).toBeLessThanOrEqual(100);
      expect(admitted + out).toBeGreaterThanOrEqual(100);
      // The flushers hand everything back, and the refusals are forgotten: then the rest can be had.
      for (let turn = 0; turn < 12; turn += 1) {
        await clock.pass(1_000);
        await env.LEDGER.getByName(ledger).peek();
        await clock.settle();
      }
      await Promise.all(background);
      const later = await fiftyCallers(isolates, demand({ ledger, mode: "exact" }));
      expect(admitted + later.admitted).toBe(100);
    },
  );

  it("leased: refuses while units lie idle in another isolate, and admits 100 in all once its lease has expired", async () => {
    const ledger = ledgerOf("leased and idle");
    const idle = isolate();
    let first = 0;
    for (let call = 0; call < 12; call += 1) {
      if ((await idle.admit([demand({ ledger })], () => {})).ok) first += 1;
    }
    const [away] = (await env.LEDGER.getByName(ledger).peek()).limits;
    const second = await fiftyCallers([isolate()], demand({ ledger, mode: "exact" }));
    const [after] = (await env.LEDGER.getByName(ledger).peek()).limits;
    console.log(`leased and idle: ${first} + ${second.admitted} admitted while ${after?.leased} units were out`);
    expect(away?.leased).toBeGreaterThan(0);
    expect(first).toBe(12);
    // What was leased is either spent or idle: outstanding units count against everybody else.
    expect(second.admitted).toBeLessThanOrEqual(100 - first);
    for (let turn = 0; turn < 12; turn += 1) {
      await clock.pass(1_000);
      await env.LEDGER.getByName(ledger).peek();
      await clock.settle();
    }
    const third = await fiftyCallers([isolate()], demand({ ledger, mode: "exact" }));
    expect(first + second.admitted + third.admitted).toBe(100);
  });
});

describe("when every answer comes after askMs", () => {
  function slow() {
    const pending: (() => void)[] = [];
    const made = scene((_ask, reply) => {
      const decided = reply();
      return new Promise((resolve) => void pending.push(() => resolve(decided)));
    });
    return { ...made, answerAll: () => pending.splice(0).forEach((resolve) => resolve()) };
  }

  it("refuses as unavailable, undoes each take, and admits 100 once answers come in time", async () => {
    const { clock, admit, answerAll, asks, stateOf } = slow();
    const calls = Array.from({ length: 500 }, () => admit([demand({ mode: "exact" })]));
    await clock.pass(800);
    const admissions = await Promise.all(calls);
    expect(admissions.filter(({ ok }) => ok)).toHaveLength(0);
    expect(admissions.every((admission) => admission.unavailable && admission.waitedMs === 800)).toBe(true);
    expect(stateOf("app:ws_1:env_1:app_1").limits.get(hourly.key)?.occupancy.used).toBe(100);
    answerAll();
    await clock.pass(1_000);
    answerAll();
    await clock.settle();
    expect(asks.at(-1)?.ask.undo).toHaveLength(500);
    expect(stateOf("app:ws_1:env_1:app_1").limits.get(hourly.key)?.occupancy.used).toBe(0);
    // The late refusals are remembered for ten seconds at most.
    await clock.pass(10_000);
    const again = Array.from({ length: 500 }, () => admit([demand({ mode: "exact" })]));
    await clock.settle();
    answerAll();
    expect((await Promise.all(again)).filter(({ ok }) => ok)).toHaveLength(100);
  });

  it("leased: late spare is not spent twice, and 100 are admitted in all", async () => {
    const { clock, admit, answerAll } = slow();
    let admitted = 0;
    const burst = async (mode: Demand["mode"], inTime: boolean): Promise<void> => {
      const calls = Array.from({ length: 300 }, () => admit([demand({ mode })]));
      await clock.settle();
      if (inTime) answerAll();
      else await clock.pass(800);
      admitted += (await Promise.all(calls)).filter(({ ok }) => ok).length;
      answerAll();
      await clock.settle();
    };
    for (let turn = 0; turn < 3; turn += 1) await burst("leased", false);
    // Spare whose reply came late may have been spent meanwhile; takes that came late were not.
    expect(admitted).toBeLessThanOrEqual(100);
    for (let turn = 0; turn < 12; turn += 1) {
      await clock.pass(1_000);
      answerAll();
      await clock.settle();
    }
    await burst("exact", true);
    expect(admitted).toBe(100);
  });

  it("lets calls through as ungoverned where the plan says so", async () => {
    const { clock, admit } = slow();
    const call = admit([demand({ onFailure: "allow" })]);
    await clock.pass(800);
    expect(await call).toMatchObject({ ok: true, ungoverned: true, unavailable: false });
  });
});

describe("leases", () => {
  it("ask once when cold, then admit without a promise", async () => {
    const { leases, asks, admit } = scene();
    // The first call of all knows no rate yet; from two calls a second on, a take brings spare with it.
    for (let call = 0; call < 2; call += 1) expect((await admit()).ok).toBe(true);
    expect(asks.map(({ ask }) => [ask.take, Object.keys(ask.spare).length])).toEqual([
      [{ [hourly.key]: 1 }, 0],
      [{ [hourly.key]: 1 }, 1],
    ]);
    const warm = leases.admit([demand()], () => {});
    expect(warm).toMatchObject({
      ok: true,
      waitedMs: 0,
      limits: [{ key: hourly.key, remaining: 97, violated: false }],
    });
    expect(asks.filter(({ ask }) => ask.take !== null)).toHaveLength(2);
  });

  it("refuse from memory, with the true time to wait", async () => {
    const { leases, admit, asks } = scene();
    const calls = [demand({ mode: "exact", cost: 60 })];
    expect((await admit(calls)).ok).toBe(true);
    const wait = 3_600_000;
    expect(await admit(calls)).toMatchObject({ ok: false, deniedBy: hourly.key, retryMs: wait, verdict: null });
    const known = leases.admit(calls, () => {});
    expect(known).toMatchObject({ ok: false, retryMs: wait, limits: [{ remaining: 40, violated: true }] });
    expect(asks).toHaveLength(2);
    // A smaller call still fits.
    expect((await admit([demand({ mode: "exact", cost: 40 })])).ok).toBe(true);
  });

  it("settle usage of ledgers without limits", async () => {
    const { leases, clock, asks } = scene();
    leases.record("app:ws_1:env_1:free", usage, () => {});
    leases.record("app:ws_1:env_1:free", usage, () => {});
    await clock.pass(1_000);
    expect(asks).toHaveLength(1);
    expect(asks[0]?.ask).toMatchObject({ take: null, report: { number: 1, cells: [{ calls: 2 }] } });
    await clock.pass(5_000);
    expect(asks).toHaveLength(1);
  });

  it("ask one shard of a ledger, always the same, and bring it their usage", async () => {
    const { leases, clock, asks, admit } = scene();
    for (let call = 0; call < 3; call += 1) await admit([demand({ mode: "exact", shards: 8 })]);
    leases.record("app:ws_1:env_1:app_1", usage, () => {});
    await clock.pass(5_000);
    const [first, ...others] = new Set(asks.map(({ ledger }) => ledger));
    expect(first).toMatch(/^app:ws_1:env_1:app_1#[0-7]$/);
    expect(others).toEqual([]);
    expect(asks.some(({ ask }) => ask.report !== null)).toBe(true);
  });

  it("are spread over all shards", async () => {
    const asked = new Set<string>();
    for (let isolate = 0; isolate < 40; isolate += 1) {
      const { admit, asks } = scene();
      await admit([demand({ shards: 4 })]);
      asked.add(asks[0]?.ledger ?? "");
    }
    expect([...asked].sort()).toEqual([0, 1, 2, 3].map((shard) => `app:ws_1:env_1:app_1#${shard}`));
  });

  it("join demands on one ledger into one question, under the stricter words", async () => {
    const { admit, asks } = scene();
    const second: LimitDefinition = { ...hourly, key: "policy_1/second" };
    const joined = [
      demand({ onFailure: "allow" }),
      demand({ definitions: [second], cost: 3, mode: "exact", onFailure: "refuse" }),
    ];
    for (let call = 0; call < 3; call += 1) expect((await admit(joined)).limits).toHaveLength(2);
    expect(asks.map(({ ask }) => ask.take)).toEqual(asks.map(() => ({ [hourly.key]: 1, [second.key]: 3 })));
    expect(asks.every(({ ask }) => Object.keys(ask.spare).length === 0)).toBe(true);
  });

  it("ask two ledgers together, and undo the one that said yes when the other refuses", async () => {
    const { admit, asks, clock, stateOf } = scene();
    const api = "api:ws_1:env_1:api_1";
    const tight = {
      ...hourly,
      key: "policy_1/tight",
      limit: { ...hourly.limit, callsMax: 1 },
    };
    const both = [demand(), demand({ ledger: api, definitions: [tight] })];
    expect((await admit(both)).limits.map(({ key }) => key)).toEqual([hourly.key, tight.key]);
    const refused = await admit(both);
    expect(refused).toMatchObject({ ok: false, deniedBy: tight.key });
    expect(refused.limits.filter(({ violated }) => violated).map(({ key }) => key)).toEqual([tight.key]);
    expect(asks).toHaveLength(4);
    await clock.pass(1_000);
    expect(stateOf("app:ws_1:env_1:app_1").limits.get(hourly.key)?.occupancy.used).toBe(1);
  });

  it("stop at a verdict, give back what is leased, and go on when it is lifted", async () => {
    const { admit, clock, stateOf, leases } = scene();
    const ledger = demand().ledger;
    for (let call = 0; call < 4; call += 1) await admit();
    judge(stateOf(ledger), { kind: "suspended", serial: 1, holds: true }, clock.now(), ledgerRules);
    const running = setUpTraffic(clock, () => leases.admit([demand()], () => {}));
    await running(1_100);
    expect(leases.admit([demand()], () => {})).toMatchObject({ ok: false, verdict: { kind: "suspended" } });
    await clock.pass(3_000);
    expect(stateOf(ledger).limits.get(hourly.key)?.out).toBe(0);
    judge(stateOf(ledger), { kind: "suspended", serial: 2, holds: false }, clock.now(), ledgerRules);
    expect((await admit()).ok).toBe(true);
  });

  it("give back a take of a call that was not served, once", async () => {
    const { admit, clock, stateOf } = scene();
    const used = () => stateOf(demand().ledger).limits.get(hourly.key)?.occupancy.used;
    const calls = [demand({ mode: "exact", cost: 60 })];
    const admission = await admit(calls);
    admission.giveBack();
    // The undo rides on the next Ask, so that the same call finds its units when it is served again.
    const again = await admit(calls);
    expect(again.ok).toBe(true);
    expect(used()).toBe(60);
    again.giveBack();
    await clock.pass(1_000);
    expect(used()).toBe(0);
    expect((await admit(calls)).ok).toBe(true);
    again.giveBack();
    await clock.pass(3_000);
    expect(used()).toBe(60);
  });

  it("R15: never give a take back into a bucket", async () => {
    const { admit, clock, stateOf } = scene();
    const bucket: LimitDefinition = {
      ...hourly,
      limit: { name: "bucket", algorithm: "token-bucket", callsMax: 1, windowMs: 86_400_000, burstMax: 10 },
    };
    const admission = await admit([demand({ mode: "exact", cost: 3, definitions: [bucket] })]);
    admission.giveBack();
    await clock.pass(3_000);
    expect(stateOf(demand().ledger).limits.get(hourly.key)?.occupancy.used).toBeCloseTo(3, 1);
  });

  it("free what a call that was not served had spent from a lease, unless that has been reported", async () => {
    const { leases, admit, clock, stateOf } = scene();
    for (let call = 0; call < 8; call += 1) await admit();
    await clock.settle();
    const used = () => stateOf(demand().ledger).limits.get(hourly.key)?.occupancy.used;
    const warm = (): Admission => {
      const admission = leases.admit([demand()], () => {});
      if (admission instanceof Promise) throw new Error("it should have been warm");
      return admission;
    };
    const remaining = (admission: Admission) => admission.limits[0]?.remaining;
    const first = warm();
    first.giveBack();
    first.giveBack();
    const second = warm();
    expect(remaining(second)).toBe(remaining(first));
    // The flusher reports the second one before it is given back: it stays spent.
    await clock.pass(1_000);
    second.giveBack();
    await clock.pass(3_000);
    expect(stateOf(demand().ledger).limits.get(hourly.key)?.out).toBe(0);
    expect(used()).toBe(9);
  });

  it("take nothing back from refused calls", async () => {
    const { admit, clock, stateOf } = scene();
    expect((await admit([demand({ mode: "exact", cost: 60 })])).ok).toBe(true);
    const refusal = await admit([demand({ mode: "exact", cost: 60 })]);
    refusal.giveBack();
    await clock.pass(3_000);
    expect(stateOf(demand().ledger).limits.get(hourly.key)?.occupancy.used).toBe(60);
  });

  it("leave an overloaded ledger alone for a moment", async () => {
    const overloaded = Object.assign(new Error("overloaded"), { overloaded: true });
    const { admit, asks, clock } = scene(() => Promise.reject(overloaded));
    expect(await admit()).toMatchObject({ ok: false, unavailable: true });
    expect(await admit()).toMatchObject({ ok: false, unavailable: true });
    expect(asks).toHaveLength(1);
    await clock.pass(400);
    await admit();
    expect(asks.length).toBeGreaterThan(1);
  });

  it("keep at most 5,000 views, and none the less every unit of usage", async () => {
    const { leases, clock, stateOf, asks } = scene();
    for (let index = 0; index < 6_000; index += 1) leases.record(`crowd:ws_1:env_1:${index}`, usage, () => {});
    await clock.pass(2_000);
    expect(new Set(asks.map(({ ledger }) => ledger)).size).toBe(6_000);
    expect(asks).toHaveLength(6_000);
    expect([...stateOf("crowd:ws_1:env_1:0").holders.values()]).toMatchObject([{ reportsApplied: 1 }]);
  });
});

/** Calls every 100 ms while time passes. */
function setUpTraffic(clock: ReturnType<typeof handClock>, call: () => unknown) {
  return async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      await clock.pass(100);
      await call();
    }
  };
}
