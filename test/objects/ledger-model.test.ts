/**
 * The object is the model and nothing else: the same random messages, repeated, out of order, with evictions in between, get
 * the same answers from the Durable Object over its SQLite and from the functions that the schedules run over a map.
 */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { JournalEntry } from "../../src/model/ledger/credit-account.ts";
import type { Ask, Funding, Judgement, Units } from "../../src/model/ledger/messages.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import { answer, fund, judge, peek } from "../../src/model/ledger/object.ts";
import { changesOf, restore, type LedgerRow } from "../../src/model/ledger/restart.ts";
import { ledgerRules } from "../../src/model/ledger/state.ts";
import { arm } from "../../src/model/ledger/wake.ts";
import type { CountedLimit, LimitDefinition } from "../../src/model/limit.ts";

/** Long after the alarms' clock, so that none of them goes off by itself. */
const start = Date.UTC(2034, 0, 31, 23, 59, 40);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: start }));
afterEach(() => void vi.useRealTimers());

const limits: readonly CountedLimit[] = [
  { name: "window", algorithm: "fixed-window", callsMax: 40, windowMs: 10_000 },
  { name: "sliding", algorithm: "sliding-window", callsMax: 30, windowMs: 5_000 },
  { name: "bucket", algorithm: "token-bucket", callsMax: 10, windowMs: 1_000, burstMax: 20 },
  { name: "quota", algorithm: "quota", callsMax: 60, period: "month" },
  { name: "in-flight", algorithm: "concurrency", callsMax: 12 },
  { name: "credit", algorithm: "credit", atRiskMax: 9 },
];
const definitions: readonly LimitDefinition[] = limits.map((limit) => ({
  key: `sub_1/${limit.name}`,
  revision: 1,
  limit,
}));
const creditKey = "sub_1/credit";
const keys = definitions.map(({ key }) => key);

/** The model, over what a disk would hold. */
function modelLedger() {
  const disk = new Map<string, LedgerRow>();
  const load = () => {
    const state = restore([...disk.values()], Date.now(), ledgerRules);
    keep(state);
    return state;
  };
  const keep = (state: ReturnType<typeof restore>): void => {
    arm(state, Date.now(), ledgerRules);
    for (const row of changesOf(state)) {
      if (row.value === null) disk.delete(`${row.table} ${row.key}`);
      else disk.set(`${row.table} ${row.key}`, row);
    }
  };
  let state: ReturnType<typeof restore> | null = null;
  return {
    ask(ask: Ask) {
      state ??= load();
      const { reply } = answer(state, ask, Date.now(), ledgerRules);
      keep(state);
      return reply;
    },
    judge(judgement: Judgement) {
      state ??= load();
      const verdict = judge(state, judgement, Date.now(), ledgerRules);
      keep(state);
      return verdict;
    },
    fund(funding: Funding) {
      state ??= load();
      fund(state, funding, Date.now(), ledgerRules);
      keep(state);
    },
    journal() {
      state ??= load();
      const stored = [...disk.values()].filter(({ table }) => table === "journal").map(({ value }) => value ?? "");
      const running = state.credits.get(creditKey)?.entries ?? [];
      return [...stored.map((value) => JSON.parse(value) as JournalEntry), ...running].toReversed();
    },
    peek: () => peek((state ??= load()), Date.now(), ledgerRules),
    evict: () => void (state = null),
  };
}

const units = fc.dictionary(fc.constantFrom(...keys), fc.integer({ min: 1, max: 6 }), {
  maxKeys: 3,
}) as fc.Arbitrary<Units>;
const said = fc.dictionary(
  fc.constantFrom(...keys),
  fc.record({
    spent: fc.nat(8),
    returned: fc.nat(4),
    over: fc.nat(2),
    held: fc.nat(3),
  }),
  { maxKeys: 3 },
);

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      does: fc.constant("ask" as const),
      holder: fc.constantFrom("a", "b"),
      seq: fc.integer({ min: 1, max: 12 }),
      lease: fc.integer({ min: 1, max: 3 }),
      take: fc.option(units),
      hold: units,
      spare: units,
      says: fc.array(fc.record({ number: fc.integer({ min: 1, max: 3 }), final: fc.boolean(), pools: said }), {
        maxLength: 2,
      }),
      undo: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
      credential: fc.constantFrom("cred_1", "cred_2"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 9_000 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("evict" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("fund" as const),
      id: fc.constantFrom("gra_1", "gra_2", "gra_3"),
      serial: fc.integer({ min: 1, max: 3 }),
      units: fc.integer({ min: 1, max: 40 }),
      priority: fc.nat(2),
      effectiveAt: fc.integer({ min: -5_000, max: 20_000 }).map((ms) => start + ms),
      expiresAt: fc.option(fc.integer({ min: 1_000, max: 40_000 }).map((ms) => start + ms)),
      voided: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("judge" as const),
      kind: fc.constantFrom("suspended" as const, "revoked" as const),
      credential: fc.constantFrom(undefined, "cred_1"),
      serial: fc.nat(5),
      holds: fc.boolean(),
    }),
  },
);

let ledgers = 0;

it("answers as the model does, message for message", async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      vi.setSystemTime(start);
      const name = ledgerName({ subject: "app", workspace: "ws_m", environment: "env_1", id: `app_${(ledgers += 1)}` });
      const stub = () => env.LEDGER.getByName(name);
      const model = modelLedger();
      for (const one of steps) {
        if (one.does === "pass") vi.setSystemTime(Date.now() + one.ms);
        else if (one.does === "evict") {
          // One that is not there needs no eviction: whoever asks first makes it be there.
          await stub().peek();
          model.peek();
          model.evict();
          await evictDurableObject(stub());
        } else if (one.does === "fund") {
          const { does: _does, ...grant } = one;
          await stub().fund({ key: creditKey, grants: [grant] });
          model.fund({ key: creditKey, grants: [grant] });
        } else if (one.does === "judge") {
          const { kind, serial, holds, credential } = one;
          const judgement = { kind, serial, holds, ...(credential === undefined ? {} : { credential }) };
          expect(await stub().judge(judgement)).toEqual(model.judge(judgement));
        } else {
          const { does: _does, seq, ...wishes } = one;
          const wanted: Ask = { protocol: 1, seq, floor: Math.max(1, seq - 6), definitions, report: null, ...wishes };
          // As it would come over the wire.
          const ask = JSON.parse(JSON.stringify(wanted)) as Ask;
          asked += 1;
          expect(await stub().ask(ask)).toEqual(model.ask(ask));
        }
      }
      expect(await stub().peek()).toEqual(model.peek());
      const { entries } = await stub().journal({ key: creditKey, before: null, count: 1_000 });
      // Of the running hour, the newest first, then what the journal holds.
      expect(entries).toEqual(model.journal());
    }),
    { numRuns: 200 },
  );
  expect(asked).toBeGreaterThan(1_000);
});
