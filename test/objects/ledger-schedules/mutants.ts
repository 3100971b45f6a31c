/**
 * @module The ledger with one rule broken at a time. A mutant wraps the functions that a schedule runs, so that shipped code
 * knows nothing of it. One that survives means that the schedules are too tame, not that the rule is idle.
 */
import type { Algorithm } from "../../../src/model/ledger/algorithm.ts";
import { hourTotals } from "../../../src/model/ledger/hour-totals.ts";
import type { Ask } from "../../../src/model/ledger/messages.ts";
import { countOut, leaseKey } from "../../../src/model/ledger/state.ts";
import type { LedgerRules, LedgerState, LimitRecord, PoolRecord } from "../../../src/model/ledger/state.ts";
import { slidingSlots, slidingWindow } from "../../../src/model/ledger/sliding-window.ts";
import { tokenBucket } from "../../../src/model/ledger/token-bucket.ts";
import type { CountedLimit } from "../../../src/model/limit.ts";
import { creditMutants } from "./credit-mutants.ts";
import {
  besideProfile,
  bucketProfile,
  changingProfile,
  closingProfile,
  forfeitProfile,
  forgettingProfile,
  marginProfile,
  permitProfile,
  profileOf,
  quotaProfile,
  slidingProfile,
  variableProfile,
} from "./profile.ts";
import type { Profile } from "./profile.ts";
import { shardMutants } from "./shard-mutants.ts";
import { shipped } from "./system.ts";
import type { System } from "./system.ts";

export interface Mutant {
  readonly name: string;
  readonly profile: (seed: number) => Profile;
  /** Made anew for each schedule: some mutants remember. */
  readonly system: () => System;
}

type Change = (state: LedgerState, ask: Ask, now: number, rules: LedgerRules) => Ask | void;

/** Something else happens before the object answers. */
function before(change: Change): () => System {
  return () => ({
    ...shipped,
    answer: (state, ask, now, rules) => shipped.answer(state, change(state, ask, now, rules) ?? ask, now, rules),
  });
}

/** All algorithms are changed alike. */
function everyAlgorithm(change: <L extends CountedLimit>(algorithm: Algorithm<L>) => Algorithm<L>): () => System {
  return () => ({
    ...shipped,
    rules: ({ constants, algorithms }) => ({
      constants,
      algorithms: {
        "fixed-window": change(algorithms["fixed-window"]),
        "sliding-window": change(algorithms["sliding-window"]),
        "token-bucket": change(algorithms["token-bucket"]),
        quota: change(algorithms.quota),
        concurrency: change(algorithms.concurrency),
        credit: change(algorithms.credit),
      },
    }),
  });
}

/** Pools that the Ask speaks of, with what it says. */
function saidPools(state: LedgerState, ask: Ask): { pool: PoolRecord; spent: number; returned: number }[] {
  return ask.says.flatMap((says) =>
    Object.entries(says.pools).flatMap(([key, counts]) => {
      const pool = state.leases.get(leaseKey(ask.holder, says.number))?.pools[key];
      return pool === undefined ? [] : [{ pool, ...counts }];
    }),
  );
}

/** Its leases count for nothing while it decides. */
function debitWhenSettled(): System {
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      const real = new Map([...state.limits].map(([key, record]) => [key, record.out]));
      for (const record of state.limits.values()) record.out = Math.min(0, record.out);
      const answer = shipped.answer(state, ask, now, rules);
      for (const [key, record] of state.limits) if (real.has(key)) countOut(state, record, rules);
      return answer;
    },
  };
}

/** The refill's cap is the burst, whatever is leased out: `used` may fall below zero by what is outstanding. */
function refillOverLeased(): System {
  let records: LimitRecord[] = [];
  const leased = (occupancy: object): number => records.find((record) => record.occupancy === occupancy)?.out ?? 0;
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      records = [...state.limits.values()];
      return shipped.answer(state, ask, now, rules);
    },
    rules: ({ constants, algorithms }) => ({
      constants,
      algorithms: {
        ...algorithms,
        "token-bucket": {
          ...tokenBucket,
          advance(limit, occupancy, now) {
            if (now <= occupancy.since) return false;
            const leaked = ((now - occupancy.since) * limit.callsMax) / limit.windowMs;
            occupancy.used = Math.max(-leased(occupancy), occupancy.used - leaked);
            occupancy.since = now;
            return false;
          },
        },
      },
    }),
  };
}

/** A unit leaves a sliding window when only the full slots of a window have passed, the running one not counted. */
function slidesTooEarly(): System {
  return {
    ...shipped,
    rules: ({ constants, algorithms }) => ({
      constants,
      algorithms: {
        ...algorithms,
        "sliding-window": {
          ...slidingWindow,
          advance(limit, occupancy, now) {
            slidingWindow.advance(limit, occupancy, now);
            occupancy.slots = (occupancy.slots ?? []).slice(0, slidingSlots);
            occupancy.used = occupancy.slots.reduce((total, units) => total + units, 0);
            return false;
          },
        },
      },
    }),
  };
}

/** What is leased when a window ends does not occupy the next one. */
function windowEndDrops(): System {
  const drop = (state: LedgerState, now: number): void => {
    for (const [key, record] of state.limits) {
      const { limit } = record.definition;
      if (limit.algorithm !== "fixed-window" || now < record.occupancy.since + limit.windowMs) continue;
      for (const lease of state.leases.values()) if (lease.pools[key] !== undefined) lease.pools[key].out = 0;
      record.out = 0;
    }
  };
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      drop(state, now);
      return shipped.answer(state, ask, now, rules);
    },
    wake(state, now, rules) {
      drop(state, now);
      return shipped.wake(state, now, rules);
    },
  };
}

function grantAdded(): System {
  const totals = new Map<string, number>();
  return {
    ...shipped,
    hears(isolate, _ask, reply) {
      const granted = Object.entries(reply.granted).map(([key, units]) => {
        const id = `${isolate} ${reply.lease} ${key}`;
        totals.set(id, (totals.get(id) ?? 0) + units);
        return [key, totals.get(id) ?? 0] as const;
      });
      return { ...reply, granted: Object.fromEntries(granted) };
    },
  };
}

/** A dead lease's units are given back instead of counted as spent. */
function forfeitRefunds(): System {
  const refund = (state: LedgerState, now: number, rules: LedgerRules): void => {
    for (const lease of state.leases.values()) {
      if (lease.dead || now < lease.deadline + rules.constants.marginMs) continue;
      lease.dead = true;
      for (const pool of Object.values(lease.pools)) pool.out = 0;
    }
    for (const record of state.limits.values()) countOut(state, record, rules);
  };
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      refund(state, now, rules);
      return shipped.answer(state, ask, now, rules);
    },
    wake(state, now, rules) {
      refund(state, now, rules);
      return shipped.wake(state, now, rules);
    },
  };
}

/** The object believes that isolates' readings are never behind. */
function noMargin(): System {
  return { ...shipped, rules: (rules) => ({ ...rules, constants: { ...rules.constants, marginMs: 0 } }) };
}

function finalKeepsRest(): System {
  const kept = new Map<string, number>();
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      for (const says of ask.says) {
        const lease = says.final ? state.leases.get(leaseKey(ask.holder, says.number)) : undefined;
        for (const [key, pool] of Object.entries(lease?.pools ?? {})) {
          const said = says.pools[key] ?? { spent: pool.spent, returned: pool.returned };
          const settled = Math.max(0, said.spent - pool.spent) + Math.max(0, said.returned - pool.returned);
          kept.set(key, (kept.get(key) ?? 0) + Math.max(0, pool.out - settled));
        }
      }
      const answer = shipped.answer(state, ask, now, rules);
      for (const [key, record] of state.limits) {
        countOut(state, record, rules);
        record.out += kept.get(key) ?? 0;
      }
      return answer;
    },
  };
}

export const mutants: readonly Mutant[] = [
  { name: "debit when settled instead of when granted", profile: profileOf, system: debitWhenSettled },
  {
    name: "off by one",
    profile: profileOf,
    system: everyAlgorithm((algorithm) => ({ ...algorithm, capacity: (limit) => algorithm.capacity(limit) + 1 })),
  },
  {
    name: "a take is given back though its call was served, in one of two ledgers",
    profile: besideProfile,
    system: before((state, ask) => {
      const served = [...(state.seen.get(ask.holder)?.decisions ?? [])].filter(([, { ok }]) => ok).map(([seq]) => seq);
      return { ...ask, undo: [...ask.undo, ...served] };
    }),
  },
  { name: "a reply's grant is added instead of maximised", profile: profileOf, system: grantAdded },
  {
    name: "a restart forgets leases",
    profile: profileOf,
    system: () => ({
      ...shipped,
      restore(rows, now, rules) {
        return shipped.restore(
          rows.filter((row) => row.table !== "lease"),
          now,
          rules,
        );
      },
    }),
  },
  {
    name: "a restart forgets the allowance",
    profile: profileOf,
    system: () => ({
      ...shipped,
      restore(rows, now, rules) {
        const forgetful = rows.map((row) => {
          if (row.table !== "limit_state" || row.value === null) return row;
          const limits = JSON.parse(row.value) as LimitRecord[];
          return { ...row, value: JSON.stringify(limits.map((limit) => ({ ...limit, allowance: 0 }))) };
        });
        return shipped.restore(forgetful, now, rules);
      },
    }),
  },
  {
    name: "a failed write is ignored",
    profile: (seed) => ({ ...profileOf(seed), failedWrites: 0.05 }),
    system: () => ({ ...shipped, ignoresFailedWrites: true }),
  },
  { name: "the window's end drops outstanding units", profile: marginProfile, system: windowEndDrops },
  { name: "sliding units leave a slot early", profile: slidingProfile, system: slidesTooEarly },
  { name: "a bucket refills over leased units", profile: bucketProfile, system: refillOverLeased },
  {
    name: "a take is undone into a bucket",
    profile: (seed) => ({ ...bucketProfile(seed), tails: 0.3, everyMs: 20 }),
    system: () => {
      return {
        ...shipped,
        answer(state, ask, now, rules) {
          const seen = state.seen.get(ask.holder);
          for (const seq of ask.undo) {
            for (const { key, units } of seen?.decisions.get(seq)?.took ?? []) {
              const record = state.limits.get(key);
              // Gives back whatever has been refilled meanwhile.
              if (record !== undefined) record.occupancy.used -= units;
            }
          }
          return shipped.answer(state, ask, now, rules);
        },
      };
    },
  },
  { name: "a lease is forfeited without margin", profile: marginProfile, system: noMargin },
  { name: "a permit is another's without margin", profile: permitProfile, system: noMargin },
  {
    name: "a call goes on when its permit is lost",
    profile: permitProfile,
    system: () => ({ ...shipped, hears: (_isolate, _ask, reply) => ({ ...reply, holdMs: 1e12 }) }),
  },
  {
    name: "a lease is final while calls hold of it",
    profile: permitProfile,
    system: before((_state, ask) => ({
      ...ask,
      says: ask.says.map((says) => ({ ...says, final: says.number !== ask.lease })),
    })),
  },
  {
    name: "what a call cost over its reserve is forgotten",
    profile: variableProfile,
    system: before((_state, ask) => ({
      ...ask,
      says: ask.says.map(({ pools, ...says }) => ({
        ...says,
        pools: Object.fromEntries(Object.entries(pools).map(([key, pool]) => [key, { ...pool, over: 0 }])),
      })),
    })),
  },
  {
    name: "a held unit is spent at once and once more when it is settled",
    profile: variableProfile,
    system: before((_state, ask) => ({ ...ask, take: { ...ask.take, ...ask.hold } })),
  },
  {
    name: "ttl counts from the reply's arrival",
    profile: (seed) => ({
      ...quotaProfile(seed),
      periodMs: 1_200,
      tails: 0.6,
      staleness: 0.7,
      staleMs: 300,
      everyMs: 30,
    }),
    system: () => ({
      ...shipped,
      hears: (_isolate, _ask, reply, elapsedMs) => ({
        ...reply,
        spareMs: reply.spareMs === 0 ? 0 : reply.spareMs + elapsedMs,
      }),
    }),
  },
  {
    name: "the isolate does not check the deadline",
    profile: quotaProfile,
    system: () => ({
      ...shipped,
      hears: (_isolate, _ask, reply) => ({ ...reply, spareMs: reply.spareMs === 0 ? 0 : 1e12 }),
    }),
  },
  { name: "a forfeit gives units back", profile: forfeitProfile, system: forfeitRefunds },
  {
    name: "a closed lease is granted to again",
    profile: closingProfile,
    system: before((state, ask) => {
      const holder = state.holders.get(ask.holder);
      if (holder !== undefined) holder.leaseFloor = 0;
    }),
  },
  {
    name: "a settlement is added as a delta",
    profile: profileOf,
    system: before((state, ask) => ({
      ...ask,
      says: ask.says.map((says) => {
        const lease = state.leases.get(leaseKey(ask.holder, says.number));
        const pools = Object.entries(says.pools).map(([key, { spent, returned }]) => {
          const pool = lease?.pools[key];
          return [key, { spent: spent + (pool?.spent ?? 0), returned: returned + (pool?.returned ?? 0) }] as const;
        });
        return { ...says, pools: Object.fromEntries(pools) };
      }),
    })),
  },
  {
    name: "an older settlement wins",
    profile: profileOf,
    system: before((state, ask) => {
      for (const { pool, spent, returned } of saidPools(state, ask)) {
        pool.spent = Math.min(pool.spent, spent);
        pool.returned = Math.min(pool.returned, returned);
      }
    }),
  },
  {
    name: "a limit is forgotten while it is used",
    profile: forgettingProfile,
    system: () => ({
      ...shipped,
      wake(state, now, rules) {
        for (const { occupancy } of state.limits.values()) occupancy.used = 0;
        return shipped.wake(state, now, rules);
      },
    }),
  },
  {
    name: "a limit is forgotten while units of it are leased",
    profile: forgettingProfile,
    system: before((state, _ask, now) => {
      for (const [key, { askedAt, occupancy }] of state.limits) {
        if (occupancy.used > 0 || now - askedAt < 150) continue;
        for (const lease of state.leases.values()) delete lease.pools[key];
        state.limits.delete(key);
      }
    }),
  },
  {
    name: "an old definition brings the old limit back",
    profile: changingProfile,
    system: before((state) => {
      for (const record of state.limits.values()) record.definition = { ...record.definition, revision: 0 };
    }),
  },
  {
    name: "a limit that ends by itself does not end",
    profile: changingProfile,
    system: before((state) => {
      for (const { definition } of state.limits.values()) Object.assign(definition, { ends: undefined });
    }),
  },
  { name: "final keeps the rest", profile: profileOf, system: finalKeepsRest },
  {
    name: "nothing is forfeited by alarm",
    profile: profileOf,
    system: () => ({
      ...shipped,
      wake(state, now, rules) {
        for (const lease of state.leases.values())
          if (!lease.dead) lease.deadline = Math.max(lease.deadline, now + 60_000);
        return shipped.wake(state, now, rules);
      },
    }),
  },
  {
    name: "units return into another period",
    profile: quotaProfile,
    system: before((state, ask) => {
      for (const says of ask.says) {
        const lease = state.leases.get(leaseKey(ask.holder, says.number));
        for (const [key, pool] of Object.entries(lease?.pools ?? {})) {
          pool.period = state.limits.get(key)?.occupancy.since ?? pool.period;
        }
      }
    }),
  },
  {
    name: "a report is applied without its number",
    profile: profileOf,
    system: before((state, ask) => {
      if (ask.report === null) return ask;
      const number = (state.holders.get(ask.holder)?.reportsApplied ?? 0) + 1;
      return { ...ask, report: { ...ask.report, number } };
    }),
  },
  {
    name: "D1 adds totals as deltas",
    profile: profileOf,
    system: () => ({
      ...shipped,
      upsert: (before, { total, version }) => ({ version, calls: (before?.calls ?? 0) + total.calls }),
    }),
  },
  {
    name: "D1 takes totals without their version",
    profile: profileOf,
    system: () => ({ ...shipped, upsert: (_before, { total, version }) => ({ version, calls: total.calls }) }),
  },
  {
    name: "an hour is sent without the minutes that D1 has already",
    profile: profileOf,
    system: () => ({ ...shipped, hourTotals: (rows) => hourTotals(rows.filter((row) => row.version > row.flushed)) }),
  },
  {
    name: "an hour is sent under the version of its newest minute",
    profile: profileOf,
    system: () => ({
      ...shipped,
      hourTotals: (rows) => hourTotals(rows).map((sent) => ({ ...sent, version: sent.rows.at(-1)?.version ?? 0 })),
    }),
  },
  {
    name: "a repeated seq is decided twice",
    profile: profileOf,
    system: before((state, ask) => void state.seen.get(ask.holder)?.decisions.delete(ask.seq)),
  },
  ...creditMutants,
  ...shardMutants,
];
