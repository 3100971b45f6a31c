/**
 * @module One random schedule of the ledger: virtual time, isolates with clocks of their own, a network that loses,
 * repeats, delays and reorders, crashes, partitions and restarts. It runs what ships: the gateway's leases and the object's
 * functions. What it finds is checked against the truth of admitted calls, not against the ledger's own counters.
 */
import { createLeases } from "../../../src/gateway/leases.ts";
import type { Admission, Demand, Leases } from "../../../src/gateway/leases.ts";
import type { LimitDefinition, LimitKey } from "../../../src/model/limit.ts";
import type { Ask, Reply } from "../../../src/model/ledger/messages.ts";
import { shardRules } from "../../../src/model/ledger/shard.ts";
import type { LedgerRules } from "../../../src/model/ledger/state.ts";
import { usageOf } from "./usage.ts";
import { virtualTime } from "./clock.ts";
import type { VirtualTime } from "./clock.ts";
import { simulatedLedger } from "./ledger.ts";
import type { SimulatedLedger } from "./ledger.ts";
import type { Profile } from "./profile.ts";
import { epoch, rulesOf, turnOfHour } from "./profile.ts";
import { randomOf } from "./random.ts";
import type { Random } from "./random.ts";
import type { System } from "./system.ts";

/** A governed call that was admitted. `at`: the object's decision of a take, the moment of spending of a spare unit. */
export interface Admitted {
  readonly at: number;
  /** When it heard of it: from then on it is in flight. Its permit may have been another's in between. */
  readonly begunAt: number;
  /** The same as `at`, in the ledger beside; null: it did not ask that one. */
  readonly atBeside: number | null;
  readonly taken: boolean;
  readonly credential: string;
  /** What it really cost. */
  readonly units: number;
  /** What was taken or held for it. */
  readonly reserved: number;
  /** When it ended: by itself, because its permit was lost, or with its isolate. */
  until: number;
  /** What it has told of its cost before it ended. */
  told: number;
  /** What became of it: its cost was said, or its invocation ended without a word. */
  ended: "settled" | "silent" | null;
}

export interface Isolate {
  readonly id: string;
  readonly leases: Leases;
  alive: boolean;
  reachable: boolean;
  recorded: number;
  /** The last answer that granted what a call had asked for, and when it was heard here. */
  granted: { readonly at: number; readonly decidedAt: number };
  readonly inFlight: Set<Admitted>;
  /** When it hears of the newer revision. */
  readonly hearsAt: number;
}

export interface Outcome {
  readonly profile: Profile;
  readonly rules: LedgerRules;
  readonly admitted: readonly Admitted[];
  readonly isolates: readonly Isolate[];
  readonly ledger: SimulatedLedger;
  readonly beside: SimulatedLedger;
  readonly shards: readonly SimulatedLedger[];
  readonly judgedAt: number;
  readonly endedAt: number;
  readonly asks: number;
  readonly idleExcess: number;
  /** The first state of the credit that must never be, or empty. */
  readonly brokenCredit: string;
  /** When the object first held the limit to be another. */
  readonly changedAt: number;
}

interface World {
  readonly profile: Profile;
  readonly startedAt: number;
  /** When the limit became another: by itself, or as the object first heard of it. */
  changedAt: number;
  readonly system: System;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly ledger: SimulatedLedger;
  /** The ledger beside, which only some schedules ask. */
  readonly beside: SimulatedLedger;
  /** Between the isolates and the ledger, if any. */
  readonly shards: SimulatedLedger[];
  /** Shards that do not reach their ledger. */
  readonly cutOff: Set<string>;
  readonly isolates: Isolate[];
  readonly admitted: Admitted[];
  readonly decidedAt: Map<string, number>;
  /** Of calls that ask two ledgers: when each was decided, by ledger and credential, which is each call's own. */
  readonly grantedAt: Map<string, number>;
  asks: number;
  /** Calls so far, of those that ask two ledgers. */
  calls: number;
  quiet: boolean;
  idleExcess: number;
  brokenCredit: string;
}

export async function runSchedule(profile: Profile, system: System): Promise<Outcome> {
  const random = randomOf(profile.seed ^ 0x5bd1e995);
  const time = virtualTime(
    profile.fundings.length > 0 ? turnOfHour - random.int(0, 3_000) : epoch + random.int(0, 10_000),
  );
  const rules = system.rules(rulesOf(profile));
  const world: World = {
    profile,
    startedAt: time.now(),
    changedAt: profile.change?.by === "itself" ? time.now() + profile.change.atMs : Infinity,
    system,
    time,
    random,
    ledger: simulatedLedger(system, profile, time, random, rules),
    beside: simulatedLedger(system, profile, time, random, rules),
    grantedAt: new Map(),
    shards: [],
    cutOff: new Set(),
    isolates: [],
    admitted: [],
    decidedAt: new Map(),
    asks: 0,
    calls: 0,
    quiet: false,
    idleExcess: 0,
    brokenCredit: "",
  };
  const start = time.now();
  const end = start + profile.lengthMs;
  const { first = 0, later = 0 } = profile.shards ?? {};
  for (let index = 0; index < Math.max(first, later); index += 1) {
    const name = shardName(index);
    const shard = { name, ask: (ask: Ask) => sendAbove(world, name, ask) };
    world.shards.push(simulatedLedger(system, profile, time, random, shardRules(rules), shard));
  }
  for (let index = 0; index < profile.isolates; index += 1) join(world, end);
  const judgedAt = planTrouble(world, start, end);
  while (await time.step(end)) continue;
  world.quiet = true;
  for (const isolate of world.isolates) isolate.reachable = true;
  world.cutOff.clear();
  // A restart without a message after it is only noticed when somebody looks.
  time.at(end + 1, () => void ledgersOf(world).map((ledger) => ledger.state()));
  // More than once, so that a flusher that was at its end when the quiet began is followed by another.
  for (const delayMs of [0, 1_500, 3_000]) time.at(end + delayMs, () => touchAll(world));
  const endedAt = end + 6_000;
  while (await time.step(endedAt)) continue;
  return {
    profile,
    rules,
    admitted: world.admitted,
    isolates: world.isolates,
    ledger: world.ledger,
    beside: world.beside,
    shards: world.shards,
    judgedAt,
    endedAt,
    asks: world.asks,
    idleExcess: world.idleExcess,
    brokenCredit: world.brokenCredit,
    changedAt: world.changedAt,
  };
}

/** A call without limits: starts the flusher of a view that has anything left to tell. */
function touchAll({ isolates, shards }: World): void {
  const always = { definitions: [], cost: 1, variable: false, credential: "" } as const;
  const demands = [ledgerName, besideName, ...shards.map((_, index) => shardName(index))].map((ledger): Demand => {
    return { ledger, ...always, mode: "leased", onFailure: "refuse" };
  });
  for (const isolate of isolates) if (isolate.alive) void isolate.leases.admit(demands, () => {});
}

/** Most calls that come at once. */
const burstMax = 12;

/** The credential that a revocation is about. */
export const revoked = "cred_1";
export const creditKey = "plan/credit";
const ledgerName = "app:ws_1:env_1:app_1";
const besideName = "api:ws_1:env_1:api_1";
const shardName = (index: number): string => `${ledgerName}#${index}`;

const ledgersOf = ({ ledger, beside, shards }: World): SimulatedLedger[] => [ledger, beside, ...shards];

function planTrouble(world: World, start: number, end: number): number {
  const { profile, random, time, ledger } = world;
  const someTime = (): number => random.int(start, end);
  for (let index = 0; index < profile.restarts; index += 1) time.at(someTime(), () => ledger.restart());
  if (profile.beside.length > 0) time.at(someTime(), () => world.beside.restart());
  world.shards.forEach((shard, index) => {
    for (let restart = 0; restart < profile.restarts; restart += 1) time.at(someTime(), () => shard.restart());
    if (random.chance(0.7)) return;
    time.at(someTime(), () => {
      world.cutOff.add(shardName(index));
      time.at(time.now() + random.int(100, 3_000), () => world.cutOff.delete(shardName(index)));
    });
  });
  for (let index = 0; index < profile.crashes; index += 1) {
    time.at(someTime(), () => {
      const victim = world.isolates[random.int(0, world.isolates.length - 1)];
      if (victim !== undefined) die(victim, time.now());
      if (random.chance(0.7)) join(world, end);
    });
  }
  for (let index = 0; index < profile.partitions; index += 1) {
    time.at(someTime(), () => {
      const victim = world.isolates[random.chance(0.5) ? 0 : random.int(0, world.isolates.length - 1)];
      if (victim === undefined) return;
      victim.reachable = false;
      time.at(time.now() + random.int(100, 2_000), () => (victim.reachable = true));
    });
  }
  for (const { atMs, grant } of profile.fundings) {
    const tell = (): void => ledger.fund({ key: creditKey, grants: [grant] });
    time.at(start + atMs, tell);
    if (random.chance(profile.repeats * 5)) time.at(start + atMs + random.int(1, 2_000), tell);
  }
  if (profile.verdict === null) return Infinity;
  const judgedAt = someTime();
  const about =
    profile.verdict === "revoked" ? { kind: "revoked" as const, credential: revoked } : { kind: "suspended" as const };
  time.at(judgedAt, () => ledger.judge({ ...about, serial: 1, holds: true }));
  return judgedAt;
}

/** Its calls in flight end with it. */
function die(isolate: Isolate, now: number): void {
  if (isolate.alive) for (const call of isolate.inFlight) call.until = now;
  isolate.alive = false;
}

/** A new isolate, with its own clock: an offset, a drift, and readings that stand still for a while. */
function join(world: World, end: number): void {
  const { profile, random, time } = world;
  const offset = random.int(-3_600_000, 3_600_000);
  const drift = 1 + (random.next() - 0.5) * 0.001;
  let reading = -Infinity;
  let readAt = -1;
  const now = (): number => {
    if (readAt !== time.now()) {
      readAt = time.now();
      const stale = random.chance(profile.staleness) ? random.pick([1, random.next()]) * profile.staleMs : 0;
      reading = Math.max(reading, offset + epoch + (readAt - epoch - stale) * drift);
    }
    return reading;
  };
  const everyMs = world.isolates.length === 0 ? profile.firstEveryMs : profile.everyMs;
  const isolate: Isolate = {
    id: `isolate-${world.isolates.length}`,
    alive: true,
    reachable: true,
    recorded: 0,
    granted: { at: Number.NaN, decidedAt: Number.NaN },
    inFlight: new Set(),
    // The first does; of the others, one in three never.
    hearsAt:
      profile.change?.by !== "revision" || (world.isolates.length > 0 && random.chance(0.3))
        ? Infinity
        : world.startedAt + profile.change.atMs + random.int(0, 400),
    leases: createLeases(
      {
        now,
        makeId: () => `holder-${isolate.id}`,
        wait: (ms) => waitIn(world, isolate, ms),
        ledger: { ask: (name, ask) => send(world, isolate, name, ask, now) },
      },
      profile.constants,
    ),
  };
  world.isolates.push(isolate);
  const callNext = (): void => {
    if (!isolate.alive || time.now() > end) return;
    call(world, isolate);
    if (random.chance(0.02)) for (let more = random.int(2, burstMax); more > 0; more -= 1) call(world, isolate);
    const pause = random.chance(profile.pauses) ? random.int(200, 1_200) : 0;
    time.at(time.now() + pause - Math.log(1 - random.next()) * everyMs, callNext);
  };
  time.at(time.now() + random.int(0, 200), callNext);
}

function waitIn({ profile, random, time, quiet }: World, isolate: Isolate, ms: number): Promise<void> {
  return new Promise((resolve) => {
    // A flusher's invocation may be ended by the runtime at any time.
    if (!quiet && ms === profile.constants.settleMs && random.chance(profile.deadFlushers)) return;
    time.at(time.now() + ms, () => {
      if (isolate.alive) resolve();
    });
  });
}

/** What this isolate takes for the limits, now. */
function definitionsFor({ profile, time, startedAt }: World, { hearsAt }: Isolate): readonly LimitDefinition[] {
  const { change, definitions } = profile;
  const [first, ...others] = definitions;
  if (change === null || first === undefined) return definitions;
  if (change.by === "itself") {
    return [{ ...first, ends: { at: startedAt + change.atMs, limit: change.limit } }, ...others];
  }
  return time.now() < hearsAt
    ? definitions
    : [{ ...first, revision: first.revision + 1, limit: change.limit }, ...others];
}

function call(world: World, isolate: Isolate): void {
  const { profile, time, random, admitted } = world;
  // One of two is revoked; what is leased serves both.
  const isAlone = profile.beside.length === 0 || random.chance(0.2);
  const credential = profile.beside.length > 0 ? `cred_${(world.calls += 1)}` : random.chance(0.5) ? revoked : "cred_2";
  const demand: Demand = {
    ledger: governing(world, isolate),
    definitions: definitionsFor(world, isolate),
    cost: profile.cost,
    variable: profile.variable,
    credential,
    mode: profile.mode,
    onFailure: "refuse",
  };
  const demands = isAlone ? [demand] : [demand, { ...demand, ledger: besideName, definitions: profile.beside }];
  /** When a ledger decided it, of a call that may have asked two: now, where it had what was leased. */
  const decided = (name: string): number => world.grantedAt.get(`${name} ${credential}`) ?? time.now();
  const finish = (admission: Admission, heardAt: number, taken: boolean): void => {
    if (!admission.ok) return;
    const at = profile.beside.length > 0 ? decided(demand.ledger) : heardAt;
    if (profile.givenBack > 0 && random.chance(profile.givenBack)) {
      time.at(time.now() + random.int(0, 150), () => {
        if (isolate.alive) admission.giveBack();
      });
      return;
    }
    const call: Admitted = {
      at,
      begunAt: time.now(),
      atBeside: isAlone ? null : decided(besideName),
      taken,
      credential,
      units: profile.variable ? random.int(0, profile.actualMax) : profile.cost,
      reserved: profile.cost,
      until: Infinity,
      told: 0,
      ended: null,
    };
    admitted.push(call);
    isolate.inFlight.add(call);
    const isLost = random.chance(profile.lostCalls);
    let endsAt = time.now() + random.int(0, profile.callMs);
    const live = (): void => {
      if (!isolate.alive) return;
      const ms = admission.held?.renew() ?? Infinity;
      // A long call tells what it has cost so far, never more than it will have cost in the end.
      if (profile.variable && time.now() < endsAt && random.chance(0.3)) {
        call.told = Math.max(call.told, random.int(0, call.units));
        if (admission.held?.spend(call.told) === false) endsAt = time.now();
      }
      if (ms > 0 && time.now() < endsAt) {
        time.at(Math.min(endsAt, time.now() + Math.min(ms, random.int(50, 250))), live);
        return;
      }
      isolate.inFlight.delete(call);
      call.until = time.now();
      call.ended = isLost ? "silent" : "settled";
      if (isLost) return;
      admission.held?.settle(call.units);
      isolate.recorded += 1;
      isolate.leases.record(demand.ledger, usageOf(isolate.id, time.now()), () => {});
    };
    time.at(time.now(), live);
  };
  const asked = isolate.leases.admit(demands, () => {});
  if (!(asked instanceof Promise)) return finish(asked, time.now(), false);
  // It may have asked twice: what admitted it is what has been heard just now.
  void asked.then((admission) => {
    const { granted } = isolate;
    finish(admission, granted.at === time.now() ? granted.decidedAt : Number.NaN, true);
  });
}

/** The shard that an isolate asks now; without any, the ledger. */
function governing({ profile, time, startedAt, isolates }: World, isolate: Isolate): string {
  if (profile.shards === null) return ledgerName;
  const { first, later } = profile.shards;
  const count = time.now() - startedAt < profile.lengthMs / 2 ? first : later;
  return count === 0 ? ledgerName : shardName(isolates.indexOf(isolate) % count);
}

/** Between a shard and its ledger messages are lost, slow and repeated as well. */
function sendAbove(world: World, shard: string, ask: Ask): Promise<Reply> {
  const { profile, random, time } = world;
  const latency = (): number =>
    !world.quiet && random.chance(profile.tails) ? random.int(40, 500) : random.int(1, 20);
  return new Promise((resolve, reject) => {
    const deliver = (): void => {
      if (world.cutOff.has(shard)) return;
      let reply: Reply;
      try {
        reply = world.ledger.ask(ask);
      } catch (cause) {
        time.at(time.now() + latency(), () => reject(cause));
        return;
      }
      watchCredit(world);
      if (!world.quiet && random.chance(profile.loss)) return;
      time.at(time.now() + latency(), () => {
        if (!world.cutOff.has(shard)) resolve(reply);
      });
    };
    if (world.quiet || !random.chance(profile.loss)) time.at(time.now() + latency(), deliver);
    if (!world.quiet && random.chance(profile.repeats)) time.at(time.now() + random.int(20, 1_500), deliver);
  });
}

/** The network: both legs may be lost, slow, or delivered once more later. */
function send(world: World, isolate: Isolate, to: string, ask: Ask, now: () => number): Promise<Reply> {
  const { profile, random, time, quiet } = world;
  const shard = world.shards[Number(to.split("#")[1] ?? -1)];
  const ledger = shard ?? (to === ledgerName ? world.ledger : world.beside);
  world.asks += 1;
  const name = `${to} ${ask.holder}/${ask.seq}`;
  const sentAt = now();
  const latency = (): number =>
    !quiet && random.chance(profile.tails) ? random.int(40, 500) : random.int(1, 8) * random.int(1, 5);
  return new Promise((resolve, reject) => {
    const deliver = (): void => {
      if (!isolate.reachable) return;
      if (shard !== undefined) return void shard.askShard(ask).then(({ reply, life }) => answered(reply, life), failed);
      let reply: Reply;
      try {
        reply = ledger.ask(ask);
      } catch (cause) {
        return failed(cause);
      }
      answered(reply, ledger.life());
    };
    const failed = (cause: unknown): void => {
      time.at(time.now() + latency(), () => {
        if (isolate.alive && isolate.reachable) reject(cause);
      });
    };
    const answered = (reply: Reply, life: number): void => {
      const decision = `${name} ${life}`;
      if (ask.take !== null && reply.ok && !world.decidedAt.has(decision)) world.decidedAt.set(decision, time.now());
      watchIdle(world);
      watchCredit(world);
      watchChange(world);
      if (!quiet && random.chance(profile.loss)) return;
      time.at(time.now() + latency(), () => {
        if (!isolate.alive || !isolate.reachable) return;
        const decidedAt = world.decidedAt.get(decision);
        if (decidedAt !== undefined) {
          isolate.granted = { at: time.now(), decidedAt };
          if (ask.credential !== undefined && reply.ok) world.grantedAt.set(`${to} ${ask.credential}`, decidedAt);
        }
        resolve(world.system.hears(isolate.id, ask, reply, now() - sentAt));
      });
    };
    if (quiet || !random.chance(profile.loss)) time.at(time.now() + latency(), deliver);
    if (!quiet && random.chance(profile.repeats)) time.at(time.now() + random.int(20, 1_500), deliver);
  });
}

/** Under-admission is stated, so it is bounded: what lies idle in leases, and in shards, is at most the share of each limit. */
function watchIdle(world: World): void {
  const { limits, leases } = world.ledger.state();
  for (const [key, { definition }] of limits) {
    const { limit } = definition;
    // Units of a quota's last period occupy nothing any more.
    if (limit.algorithm === "credit" || limit.algorithm === "quota") continue;
    const capacity = limit.algorithm === "token-bucket" ? limit.burstMax : limit.callsMax;
    let out = 0;
    for (const lease of leases.values()) if (lease.holder !== "restart") out += lease.pools[key]?.out ?? 0;
    const idle = world.shards.length === 0 ? out : idleInShards(world, key);
    // A call that waits at a shard has its units leased beyond that; where it gives up, they go back with the next Ask.
    const waiting = world.shards.length === 0 ? 0 : world.profile.cost * (world.isolates.length + burstMax);
    const idleMax = Math.floor(world.profile.constants.share * capacity) + waiting;
    world.idleExcess = Math.max(world.idleExcess, idle - idleMax);
  }
}

/** What shards have of a limit, in isolates' leases too. What they have spent, their ledger may not have heard of. */
function idleInShards({ shards }: World, key: LimitKey): number {
  let idle = 0;
  for (const shard of shards) {
    const pool = shard.state().upward?.view.lease.pools.get(key);
    if (pool !== undefined) idle += pool.granted - pool.spent - pool.returned;
  }
  return idle;
}

function watchChange(world: World): void {
  const { change, definitions } = world.profile;
  const [first] = definitions;
  if (change === null || first === undefined || world.changedAt < Infinity) return;
  const limit = world.ledger.state().limits.get(first.key)?.definition.limit;
  if (limit !== undefined && "callsMax" in limit && limit.callsMax === change.limit.callsMax) {
    world.changedAt = world.time.now();
  }
}

/** In every state: no balance is below zero, nothing is lost or made, and escrow is what leases hold. */
function watchCredit(world: World): void {
  const { credits, limits } = world.ledger.state();
  const account = credits.get(creditKey);
  if (account === undefined || world.brokenCredit !== "") return;
  for (const { id, units, balances } of account.grants) {
    const parts = Object.values(balances);
    const sum = parts.reduce((total, part) => total + part, 0);
    if (sum !== units || parts.some((part) => part < 0))
      world.brokenCredit = `${id} ${JSON.stringify(balances)} of ${units}`;
  }
  const escrow = account.grants.reduce((total, { balances }) => total + balances.escrow, 0);
  const out = limits.get(creditKey)?.out ?? 0;
  if (escrow !== out) world.brokenCredit = `escrow ${escrow}, in leases ${out}`;
}
