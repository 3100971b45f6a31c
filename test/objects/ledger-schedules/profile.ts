import { algorithms } from "../../../src/model/ledger/algorithms.ts";
import type { Grant } from "../../../src/model/ledger/credit-account.ts";
import { ledgerConstants } from "../../../src/model/ledger/constants.ts";
import type { LedgerConstants } from "../../../src/model/ledger/constants.ts";
import { quotaOver } from "../../../src/model/ledger/quota.ts";
import type { LedgerRules } from "../../../src/model/ledger/state.ts";
import type { FixedWindow, Limit, LimitDefinition, LimitMode } from "../../../src/model/limit.ts";
import type { Random } from "./random.ts";
import { randomOf } from "./random.ts";

/** Everything that one schedule is made of. Times are a fifth of the shipped ones, so that seconds hold many lives. */
export interface Profile {
  readonly seed: number;
  readonly constants: LedgerConstants;
  readonly periodMs: number;
  readonly definitions: readonly LimitDefinition[];
  readonly mode: LimitMode;
  readonly cost: number;
  readonly isolates: number;
  /** Mean time between the calls of one isolate, and of the first one, which partitions prefer. */
  readonly everyMs: number;
  readonly firstEveryMs: number;
  readonly lengthMs: number;
  readonly loss: number;
  readonly repeats: number;
  readonly tails: number;
  readonly crashes: number;
  readonly partitions: number;
  readonly restarts: number;
  readonly failedWrites: number;
  readonly deadFlushers: number;
  /** Readings of a clock may be so far behind, in this part of the readings. */
  readonly staleMs: number;
  readonly staleness: number;
  /** How often an isolate has no calls for a while. */
  readonly pauses: number;
  /** The cost is reserved and known when a call has ended: anything up to `actualMax`. */
  readonly variable: boolean;
  readonly actualMax: number;
  /** Calls last up to so long. */
  readonly callMs: number;
  /** Calls whose invocation is ended by the runtime without a word. */
  readonly lostCalls: number;
  /** Admitted calls that are not served after all. */
  readonly givenBack: number;
  /** Half way the application is suspended, or one of its two credentials revoked. */
  readonly verdict: "suspended" | "revoked" | null;
  /** Limits that most calls meet as well, in a ledger of their own: both must say yes. */
  readonly beside: readonly LimitDefinition[];
  /** So long after the begin the first definition becomes this limit: by a newer revision, of which one isolate may never hear, or by itself. */
  readonly change: { readonly atMs: number; readonly limit: FixedWindow; readonly by: "revision" | "itself" } | null;
  /** So many shards stand between the isolates and the ledger, and from half way on another number of them. */
  readonly shards: { readonly first: number; readonly later: number } | null;
  /** Credit that is granted, or changed, so long after the begin; told twice where `repeats` says so. */
  readonly fundings: readonly { readonly atMs: number; readonly grant: Grant }[];
  /** Nobody dies and nothing restarts: then every unit must be accounted for (waste). */
  readonly peaceful: boolean;
}

const base: LedgerConstants = {
  ...ledgerConstants,
  ttlMs: 600,
  holdMs: 600,
  marginMs: 400,
  settleMs: 200,
  shardMs: 1_000,
  idleMs: 200,
  askMs: 160,
  flushMs: 300,
  permitMs: 1_000,
  silentMs: 900,
  lostMs: 1_000,
};

export function rulesOf({ constants, periodMs }: Profile): LedgerRules {
  const period = (_limit: unknown, now: number) => {
    const start = now - (now % periodMs);
    return { start, end: start + periodMs };
  };
  return { constants, algorithms: { ...algorithms, quota: quotaOver(period) } };
}

function definitionOf(limit: Limit): LimitDefinition {
  return { key: `plan/${limit.name}`, revision: 1, limit };
}

const fixedWindow = (callsMax: number, windowMs: number): LimitDefinition =>
  definitionOf({ name: "window", algorithm: "fixed-window", callsMax, windowMs });
const slidingWindow = (callsMax: number, windowMs: number): LimitDefinition =>
  definitionOf({ name: "sliding", algorithm: "sliding-window", callsMax, windowMs });
const tokenBucket = (callsMax: number, windowMs: number, burstMax: number): LimitDefinition =>
  definitionOf({ name: "bucket", algorithm: "token-bucket", callsMax, windowMs, burstMax });
const concurrency = (callsMax: number): LimitDefinition =>
  definitionOf({ name: "in-flight", algorithm: "concurrency", callsMax });
const quota = (callsMax: number): LimitDefinition =>
  definitionOf({ name: "quota", algorithm: "quota", callsMax, period: "month" });

/** Longer than any schedule: then what is used at the end is all that was ever used. */
const endlessMs = 1_000_000_000;

function anyLimit(random: Random, sharp: boolean, peaceful: boolean): LimitDefinition {
  const callsMax = sharp ? random.int(6, 20) : random.int(10, 80);
  const algorithm = random.pick(["fixed-window", "sliding-window", "token-bucket", "quota"]);
  const windowMs = peaceful ? endlessMs : random.int(300, 1_500);
  if (algorithm === "fixed-window") return fixedWindow(callsMax, windowMs);
  if (algorithm === "sliding-window") return slidingWindow(callsMax, windowMs);
  if (algorithm === "token-bucket") return tokenBucket(random.int(5, 40), 1_000, callsMax);
  return quota(callsMax);
}

/** Half of the schedules are sharp: one algorithm, sometimes two, small limits, large leases, many restarts. */
export function profileOf(seed: number): Profile {
  const random = randomOf(seed);
  const sharp = random.chance(0.5);
  const peaceful = random.chance(0.2);
  const first = anyLimit(random, sharp, peaceful);
  const second = anyLimit(random, sharp, peaceful);
  const both = random.chance(sharp ? 0.2 : 0.5) && second.key !== first.key;
  const everyMs = random.pick([10, 20, 40, 80]);
  return {
    seed,
    constants: {
      ...base,
      share: sharp ? 0.8 : random.pick([0.1, 0.3, 0.8]),
      chunk: random.int(1, 8),
    },
    periodMs: peaceful ? endlessMs : random.int(1_000, 2_500),
    definitions: both ? [first, second] : [first],
    mode: random.chance(0.7) ? "leased" : "exact",
    cost: random.pick([1, 1, 1, 2, 3]),
    isolates: random.int(1, 5),
    everyMs,
    firstEveryMs: everyMs,
    lengthMs: random.int(2_000, 4_000),
    loss: random.chance(0.8) ? 0.06 : 0,
    repeats: random.chance(0.8) ? 0.05 : 0,
    tails: random.chance(0.7) ? 0.05 : 0,
    crashes: peaceful ? 0 : random.int(0, 3),
    partitions: peaceful ? 0 : random.int(0, 2),
    restarts: peaceful ? 0 : sharp ? random.int(0, 10) : random.int(0, 2),
    failedWrites: peaceful || random.chance(0.7) ? 0 : 0.01,
    deadFlushers: peaceful ? 0 : sharp && random.chance(0.5) ? 0.7 : 0.15,
    staleMs: random.chance(0.5) ? 0.75 * base.marginMs : 0,
    staleness: 0.3,
    pauses: 0.01,
    variable: false,
    actualMax: 0,
    callMs: 300,
    lostCalls: 0,
    givenBack: 0,
    verdict: random.chance(0.2) ? random.pick(["suspended", "revoked"]) : null,
    beside: [],
    change: null,
    shards: null,
    fundings: [],
    peaceful,
  };
}

/** Steady load over a bucket of 20/s: refill meets leased units all the time. */
export function bucketProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const { constants } = profile;
  return {
    ...profile,
    constants: { ...constants, share: 0.8 },
    definitions: [tokenBucket(20, 1_000, 10)],
    mode: "leased",
    cost: 1,
    isolates: 3,
    everyMs: 150,
    firstEveryMs: 150,
    verdict: null,
  };
}

/** A quota of 60 in 2.5 s, leased up to its end: only the lease's deadline keeps it within the period. */
export function quotaProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const { constants } = profile;
  return {
    ...profile,
    constants: { ...constants, share: 0.8 },
    periodMs: 2_500,
    definitions: [quota(60)],
    mode: "leased",
    cost: 1,
    isolates: 3,
    everyMs: 60,
    firstEveryMs: 60,
    lengthMs: 6_000,
    verdict: null,
    peaceful: false,
  };
}

/** Windows under partitions and dead flushers: leases are written off, and settled late. */
export function forfeitProfile(seed: number): Profile {
  const profile = profileOf(seed);
  return {
    ...profile,
    constants: { ...profile.constants, share: 0.8 },
    definitions: [fixedWindow(20, 1_000)],
    mode: "leased",
    cost: 1,
    isolates: 4,
    everyMs: 60,
    firstEveryMs: 60,
    lengthMs: 5_000,
    partitions: 5,
    crashes: 0,
    deadFlushers: 0.5,
    staleMs: 0.75 * base.marginMs,
    verdict: null,
    peaceful: false,
  };
}

/**
 * Leases that nobody renews, spent to their last moment on a clock that stands still, by an isolate beside one that uses
 * up every window: what is written off too early in one window is spent on top of the next.
 */
export function marginProfile(seed: number): Profile {
  return {
    ...forfeitProfile(seed),
    definitions: [fixedWindow(60, 1_000)],
    isolates: 2,
    everyMs: 12,
    firstEveryMs: 100,
    partitions: 0,
    restarts: 0,
    failedWrites: 0,
    deadFlushers: 1,
    staleness: 0.7,
  };
}

/** A sliding window that is always full: a unit that leaves a moment early is replaced at once. */
export function slidingProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const random = randomOf(seed ^ 0x6a09e667);
  return {
    ...profile,
    constants: { ...profile.constants, share: random.pick([0.1, 0.8]) },
    definitions: [slidingWindow(random.int(6, 30), random.int(300, 1_500))],
    mode: random.pick(["leased", "leased", "exact"]),
    cost: 1,
    isolates: 3,
    everyMs: 20,
    firstEveryMs: 20,
    verdict: null,
    peaceful: false,
  };
}

/** Calls whose cost is known when they have ended: below what was reserved, or above. In peace every unit is accounted for. */
export function variableProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const random = randomOf(seed ^ 0x3c6ef372);
  const cost = random.int(1, 4);
  return {
    ...profile,
    cost,
    variable: true,
    actualMax: random.pick([cost, cost, cost + 4]),
    callMs: random.pick([50, 300, 1_500]),
    lostCalls: profile.peaceful ? 0 : 0.02,
    givenBack: profile.peaceful ? 0 : random.pick([0, 0.1]),
    verdict: null,
  };
}

/** When schedules begin, give or take; those with credit begin before the turn of an hour, by which it is told. */
export const epoch = 1_800_000_000_000;
export const turnOfHour = epoch + 3_600_000;

const credit: LimitDefinition = { key: "plan/credit", revision: 1, limit: { name: "credit", algorithm: "credit" } };

/**
 * Prepaid calls: grants that begin, end, are lengthened and taken back while calls hold of them, with too little of it all the
 * time. In peace what is consumed is what calls cost, to the unit.
 */
export function creditProfile(seed: number): Profile {
  const random = randomOf(seed ^ 0x510e527f);
  const profile = random.chance(0.5) ? variableProfile(seed) : profileOf(seed);
  const atRiskMax = random.pick([undefined, undefined, 0, 3]);
  const paid = { ...credit, limit: { ...credit.limit, ...(atRiskMax === undefined ? {} : { atRiskMax }) } };
  const beside = fixedWindow(random.int(20, 80), profile.peaceful ? endlessMs : random.int(300, 1_500));
  const lengthMs = random.int(3_000, 5_000);
  return {
    ...profile,
    constants: {
      ...profile.constants,
      share: random.pick([0.1, 0.8]),
      grantMs: 1_500,
      // A write that fails while all is quiet leaves what a restart leaves.
      sweepMs: profile.failedWrites > 0 ? base.sweepMs : 300,
    },
    definitions: random.chance(0.3) ? [paid, beside] : [paid],
    cost: profile.variable ? profile.cost : random.int(1, 3),
    everyMs: 30,
    firstEveryMs: 30,
    lengthMs,
    callMs: random.pick([50, 300, 1_500]),
    fundings: fundingsOf(random, lengthMs),
    verdict: null,
  };
}

/** Grants in the order of their ids, as these are made, each with what becomes of it later. */
function fundingsOf(random: Random, lengthMs: number): Profile["fundings"] {
  const times = Array.from({ length: random.int(1, 5) }, () => random.int(0, lengthMs / 2)).sort((a, b) => a - b);
  return times.flatMap((atMs, index) => {
    const effectiveAt = turnOfHour + atMs + random.pick([-3_000, 0, random.int(-1_500, 1_500)]);
    const grant: Grant = {
      id: `gra_${index}`,
      serial: 1,
      units: random.pick([random.int(3, 20), random.int(20, 200)]),
      priority: random.int(0, 2),
      effectiveAt,
      expiresAt: random.chance(0.5) ? effectiveAt + random.int(500, 3_000) : null,
      voided: false,
    };
    const later: Grant[] = [];
    if (grant.expiresAt !== null && random.chance(0.3))
      later.push({ ...grant, serial: 2, expiresAt: grant.expiresAt + 1_000 });
    if (random.chance(0.3)) later.push({ ...grant, serial: 3, voided: true });
    return [{ atMs, grant }, ...later.map((changed) => ({ atMs: atMs + random.int(0, 2_500), grant: changed }))];
  });
}

/** Four calls at a time that last for seconds, with isolates that are cut off: a permit may be another's only when it is lost. */
export function permitProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const random = randomOf(seed ^ 0x1f83d9ab);
  const beside = fixedWindow(random.int(20, 60), random.int(300, 1_500));
  return {
    ...profile,
    constants: { ...profile.constants, share: random.pick([0.1, 0.8]) },
    definitions: random.chance(0.3) ? [concurrency(4), beside] : [concurrency(random.int(2, 6))],
    cost: 1,
    isolates: random.int(2, 4),
    everyMs: 60,
    firstEveryMs: 60,
    lengthMs: 5_000,
    callMs: random.pick([200, 2_500]),
    partitions: random.int(0, 5),
    lostCalls: 0.02,
    staleMs: 0.75 * base.marginMs,
    verdict: null,
    peaceful: false,
  };
}

/** Slow messages and frequent pauses: leases are closed while an Ask that fills them is still on its way. */
export function closingProfile(seed: number): Profile {
  const profile = profileOf(seed);
  return {
    ...profile,
    constants: { ...profile.constants, share: 0.8 },
    definitions: [fixedWindow(200, endlessMs)],
    mode: "leased",
    cost: 1,
    isolates: 2,
    everyMs: 20,
    firstEveryMs: 20,
    lengthMs: 3_000,
    loss: 0,
    tails: 0.3,
    pauses: 0.1,
    crashes: 0,
    partitions: 0,
    restarts: 0,
    failedWrites: 0,
    deadFlushers: 0,
    verdict: null,
    peaceful: true,
  };
}

/** A third of the admitted calls are given back a little later, reported or not. In peace every unit is accounted for. */
export function givingBackProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const random = randomOf(seed ^ 0x2545f491);
  const kinds: readonly [Profile, ...Profile[]] = [
    { ...forfeitProfile(seed), partitions: 1, deadFlushers: 0.15 },
    { ...bucketProfile(seed), everyMs: 40 },
    quotaProfile(seed),
    profile,
  ];
  return { ...random.pick(kinds), givenBack: 0.3, peaceful: false };
}

/** Pauses long enough for limits to be forgotten, again and again, with leases, undone takes and late settlements about. */
export function forgettingProfile(seed: number): Profile {
  const profile = profileOf(seed);
  const random = randomOf(seed ^ 0x1b873593);
  const kinds: readonly [Profile, ...Profile[]] = [
    { ...forfeitProfile(seed), definitions: [fixedWindow(random.int(4, 20), random.int(200, 600))], partitions: 2 },
    { ...bucketProfile(seed), definitions: [tokenBucket(20, 1_000, random.int(3, 10))] },
    { ...profile, periodMs: 700, definitions: [quota(random.int(6, 40))] },
  ];
  const kind = random.pick(kinds);
  return {
    ...kind,
    constants: { ...kind.constants, limitIdleMs: 150, sweepMs: 40 },
    mode: random.pick(["leased", "exact"]),
    isolates: random.int(1, 2),
    everyMs: 30,
    firstEveryMs: 30,
    lengthMs: 5_000,
    pauses: 0.15,
    givenBack: 0.1,
    verdict: null,
    peaceful: false,
  };
}

/** A window that is raised or lowered on the way, under more calls than either allows, with isolates that do not hear of it. */
export function changingProfile(seed: number): Profile {
  const random = randomOf(seed ^ 0x9b05688c);
  const profile = profileOf(seed);
  const windowMs = random.int(300, 900);
  const lengthMs = random.int(4_000, 6_000);
  const limit = { name: "window", algorithm: "fixed-window", callsMax: random.int(0, 40), windowMs } as const;
  return {
    ...profile,
    constants: { ...profile.constants, share: random.pick([0.1, 0.8]) },
    definitions: [fixedWindow(random.int(1, 40), windowMs)],
    mode: random.pick(["leased", "leased", "exact"]),
    cost: 1,
    isolates: random.int(2, 4),
    everyMs: 20,
    firstEveryMs: 20,
    lengthMs,
    verdict: null,
    peaceful: false,
    change: { atMs: random.int(500, 2_000), limit, by: random.pick(["revision", "itself"]) },
  };
}

/** Calls that ask two ledgers, one of which refuses most of the time: what the other took is undone, or wasted, never minted. */
export function besideProfile(seed: number): Profile {
  const random = randomOf(seed ^ 0x3956c25b);
  const profile = random.chance(0.3) ? variableProfile(seed) : profileOf(seed);
  const any = (): LimitDefinition =>
    random.chance(0.2) ? concurrency(random.int(2, 6)) : anyLimit(random, true, false);
  return {
    ...profile,
    definitions: [any()],
    beside: [any()],
    cost: random.pick([1, 1, 2]),
    everyMs: 20,
    firstEveryMs: 20,
    lengthMs: random.int(3_000, 5_000),
    actualMax: 2,
    givenBack: 0,
    verdict: null,
    peaceful: false,
  };
}

/** Shards between the isolates and their ledger: with every algorithm, in every kind of trouble, restarted and cut off themselves. */
export function shardsProfile(seed: number): Profile {
  const random = randomOf(seed ^ 0x71374491);
  const kinds = [
    profileOf,
    bucketProfile,
    quotaProfile,
    slidingProfile,
    variableProfile,
    permitProfile,
    creditProfile,
    forfeitProfile,
    marginProfile,
    givingBackProfile,
    changingProfile,
  ] as const;
  const profile = random.pick(kinds)(seed);
  const first = random.int(1, 3);
  return {
    ...profile,
    isolates: Math.max(2, profile.isolates),
    shards: { first, later: random.chance(0.5) ? first : random.int(0, 3) },
    restarts: Math.max(profile.restarts, random.int(0, 4)),
    peaceful: false,
  };
}

/** Every kind of schedule, with how many of it the suite runs. */
export const profiles: readonly (readonly [name: string, profile: (seed: number) => Profile, schedules: number])[] = [
  ["generic", profileOf, 1_200],
  ["a bucket under steady load", bucketProfile, 250],
  ["a quota up to its end", quotaProfile, 250],
  ["a sliding window that is always full", slidingProfile, 250],
  ["calls whose cost is known when they have ended", variableProfile, 600],
  ["calls in flight", permitProfile, 500],
  ["calls that are paid from credit", creditProfile, 600],
  ["a limit that becomes another", changingProfile, 300],
  ["two ledgers in a call", besideProfile, 400],
  ["partitions and dead flushers", forfeitProfile, 150],
  ["leases spent to their last moment", marginProfile, 100],
  ["leases closed while they are filled", closingProfile, 100],
  ["calls given back", givingBackProfile, 300],
  ["limits forgotten", forgettingProfile, 300],
  ["shards between isolates and their ledger", shardsProfile, 800],
];
