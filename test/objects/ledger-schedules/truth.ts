import type { CountedLimit } from "../../../src/model/limit.ts";
import { creditViolations } from "./credit-truth.ts";
import { supersededMs } from "./ledger.ts";
import type { SimulatedLedger } from "./ledger.ts";
import type { Profile } from "./profile.ts";
import { revoked } from "./schedule.ts";
import type { Admitted, Outcome } from "./schedule.ts";

/** What a schedule did that must never happen. Empty: all is well. */
export function violationsOf(outcome: Outcome): string[] {
  return [
    ...outcome.profile.definitions.flatMap(({ limit }) => overAdmission(outcome, limit)),
    ...beside(outcome),
    ...undated(outcome),
    ...afterVerdict(outcome),
    ...meters(outcome),
    ...[outcome.ledger, outcome.beside, ...outcome.shards].flatMap(outstanding),
    ...waste(outcome),
    ...creditViolations(outcome),
    // What calls have let go of lies idle until the next flush, whatever the share is; and what was a share of a larger limit.
    ...(outcome.idleExcess > 0 && !isHolding(outcome.profile) && outcome.profile.change === null
      ? [`idle: ${outcome.idleExcess} units more in leases than the share`]
      : []),
  ];
}

const isHolding = ({ variable, definitions }: Profile): boolean =>
  variable || definitions.some(({ limit }) => limit.algorithm === "concurrency" || limit.algorithm === "credit");

/** What the guarantee speaks of: what a call costs beyond its reserve occupies from when it is known (ledger.md §2). */
function unitsOf({ units }: Admitted, { cost }: Profile): number {
  return Math.min(units, cost);
}

/** Calls at the same time, each from its admission to its end. */
function inFlight({ admitted }: Outcome, callsMax: number): string[] {
  const moments = admitted.flatMap(({ begunAt, until }) => [
    { at: begunAt, change: 1 },
    { at: until, change: -1 },
  ]);
  let calls = 0;
  for (const { at, change } of moments.sort((a, b) => a.at - b.at || a.change - b.change)) {
    calls += change;
    if (calls > callsMax) return [`concurrency: ${calls} of ${callsMax} at ${at}`];
  }
  return [];
}

function overAdmission(outcome: Outcome, limit: CountedLimit): string[] {
  const { admitted, profile } = outcome;
  // What there may be of credit, its balances say.
  if (limit.algorithm === "credit") return [];
  if (limit.algorithm === "token-bucket") return overBucket(outcome, limit.callsMax / limit.windowMs, limit.burstMax);
  if (limit.algorithm === "concurrency") return inFlight(outcome, limit.callsMax);
  if (limit.algorithm === "sliding-window") return overInterval(outcome, limit.callsMax, limit.windowMs);
  const windowMs = limit.algorithm === "fixed-window" ? limit.windowMs : profile.periodMs;
  const windows = new Map<number, number>();
  for (const call of admitted) {
    const window = Math.floor(call.at / windowMs);
    windows.set(window, (windows.get(window) ?? 0) + unitsOf(call, profile));
  }
  return [...windows].flatMap(([window, units]) => {
    const most = mostIn(outcome, limit.callsMax, window * windowMs, windowMs);
    return units <= most ? [] : [`${limit.algorithm}: ${units} of ${most} in window ${window}`];
  });
}

/** Where a limit becomes another: the old one until then, the new one when all that was leased under the old is spent. */
function mostIn({ profile, changedAt }: Outcome, callsMax: number, from: number, windowMs: number): number {
  const { change } = profile;
  if (change === null || from + windowMs <= changedAt) return callsMax;
  const isOver = from >= changedAt + leasedMs(profile);
  return isOver ? change.limit.callsMax : Math.max(callsMax, change.limit.callsMax);
}

/** So long what was leased before something changed may be spent after it, in shards and by their isolates. */
function leasedMs({ constants: { ttlMs, shardMs, marginMs }, shards }: Profile): number {
  return ttlMs + marginMs + (shards === null ? 0 : shardMs);
}

/** Any interval of the window's length: it is enough to look at those that end with a call. */
function overInterval({ admitted, profile }: Outcome, callsMax: number, windowMs: number): string[] {
  const calls = admitted.toSorted((a, b) => a.at - b.at);
  let first = 0;
  let units = 0;
  for (const call of calls) {
    const { at } = call;
    units += unitsOf(call, profile);
    for (let early = calls[first]; early !== undefined && early.at <= at - windowMs; early = calls[first]) {
      units -= unitsOf(early, profile);
      first += 1;
    }
    if (units > callsMax) return [`sliding-window: ${units} of ${callsMax} in the interval that ends at ${at}`];
  }
  return [];
}

/** Replays a full bucket over the moments of spending: it must never be overdrawn. */
function overBucket({ admitted, profile }: Outcome, perMs: number, burst: number): string[] {
  let level = burst;
  let last = 0;
  for (const call of admitted.toSorted((a, b) => a.at - b.at)) {
    const { at } = call;
    level = Math.min(burst, level + (at - last) * perMs) - unitsOf(call, profile);
    last = at;
    if (level < -1e-6) return [`token-bucket: overdrawn by ${-level} at ${at}`];
  }
  return [];
}

/** The ledger beside keeps its limits for the calls that asked it, by its own decisions. */
function beside(outcome: Outcome): string[] {
  const admitted = outcome.admitted.flatMap((call) => (call.atBeside === null ? [] : [{ ...call, at: call.atBeside }]));
  return outcome.profile.beside.flatMap(({ limit }) =>
    overAdmission({ ...outcome, admitted }, limit).map((violation) => `beside: ${violation}`),
  );
}

/** A call of which nobody knows when it was decided would pass every other check. */
function undated({ admitted }: Outcome): string[] {
  const unknown = admitted.filter(({ at }) => Number.isNaN(at)).length;
  return unknown === 0 ? [] : [`schedule: ${unknown} calls admitted at no time`];
}

/**
 * Nothing is taken after the judgement, but from an instance that has been superseded and has not heard of it; and no spare is
 * spent ttl + margin later.
 */
function afterVerdict({ admitted, judgedAt, profile }: Outcome): string[] {
  const isMeant = ({ credential }: Admitted): boolean => profile.verdict === "suspended" || credential === revoked;
  const takenMs = profile.restarts > 0 ? supersededMs : 0;
  const late = admitted.filter(
    (call) =>
      isMeant(call) && call.at > judgedAt + (call.taken && profile.shards === null ? takenMs : leasedMs(profile)),
  );
  return late.length === 0 ? [] : [`verdict: ${late.length} calls admitted after it`];
}

/** D1 has what living isolates recorded, to the unit, and never more than a dead one did. */
function meters({ isolates, ledger, shards }: Outcome): string[] {
  const totals = new Map<string, number>();
  for (const { application, calls } of [ledger, ...shards].flatMap(({ d1 }) => [...d1.values()])) {
    totals.set(application, (totals.get(application) ?? 0) + calls);
  }
  return isolates.flatMap(({ id, alive, recorded }) => {
    const counted = totals.get(id) ?? 0;
    if (alive ? counted === recorded : counted <= recorded) return [];
    return [`meters: ${id} recorded ${recorded}, counted ${counted}${alive ? "" : " (dead)"}`];
  });
}

/** When all is quiet no unit may be away any more. */
function outstanding(ledger: SimulatedLedger): string[] {
  const { limits, leases } = ledger.state();
  const away = [...limits.values()].filter((record) => record.out !== 0).map((record) => record.definition.key);
  const living = [...leases.values()].filter((lease) => !lease.dead).length;
  return away.length + living === 0 ? [] : [`quiescence: ${away.join()} outstanding, ${living} living leases`];
}

/** A ledger that merely refuses too much passes everything else: when nobody died, used = admitted, to the unit. */
function waste({ profile, ledger, admitted }: Outcome): string[] {
  if (!profile.peaceful) return [];
  return [...ledger.state().limits.values()].flatMap(({ definition, occupancy, orphaned }) => {
    const { algorithm } = definition.limit;
    if (algorithm === "token-bucket" || algorithm === "concurrency" || algorithm === "credit") return [];
    const spent = admitted.reduce((total, { units }) => total + units, 0);
    if (occupancy.used === spent && orphaned === 0) return [];
    return [`waste: ${occupancy.used} used (${orphaned} orphaned), ${spent} admitted`];
  });
}
