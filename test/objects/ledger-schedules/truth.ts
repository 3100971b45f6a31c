import type { Limit } from "../../../src/model/limit.ts";
import type { Outcome } from "./schedule.ts";

/** What a schedule did that must never happen. Empty: all is well. */
export function violationsOf(outcome: Outcome): string[] {
  return [
    ...outcome.profile.definitions.flatMap(({ limit }) => overAdmission(outcome, limit)),
    ...afterVerdict(outcome),
    ...meters(outcome),
    ...outstanding(outcome),
    ...waste(outcome),
    ...(outcome.idleExcess > 0 ? [`idle: ${outcome.idleExcess} units more in leases than the share`] : []),
  ];
}

function overAdmission(outcome: Outcome, limit: Limit): string[] {
  const { admitted, profile } = outcome;
  if (limit.algorithm === "token-bucket") return overBucket(outcome, limit.callsMax / limit.windowMs, limit.burstMax);
  if (limit.algorithm === "sliding-window") return overInterval(outcome, limit.callsMax, limit.windowMs);
  const windowMs = limit.algorithm === "fixed-window" ? limit.windowMs : profile.periodMs;
  const windows = new Map<number, number>();
  for (const { at } of admitted) {
    const window = Math.floor(at / windowMs);
    windows.set(window, (windows.get(window) ?? 0) + profile.cost);
  }
  return [...windows]
    .filter(([, units]) => units > limit.callsMax)
    .map(([window, units]) => `${limit.algorithm}: ${units} of ${limit.callsMax} in window ${window}`);
}

/** Any interval of the window's length: it is enough to look at those that end with a call. */
function overInterval({ admitted, profile }: Outcome, callsMax: number, windowMs: number): string[] {
  const times = admitted.map(({ at }) => at).toSorted((a, b) => a - b);
  let first = 0;
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? at) <= at - windowMs) first += 1;
    const units = (last - first + 1) * profile.cost;
    if (units > callsMax) return [`sliding-window: ${units} of ${callsMax} in the interval that ends at ${at}`];
  }
  return [];
}

/** Replays a full bucket over the moments of spending: it must never be overdrawn. */
function overBucket({ admitted, profile }: Outcome, perMs: number, burst: number): string[] {
  let level = burst;
  let last = 0;
  for (const { at } of admitted.toSorted((a, b) => a.at - b.at)) {
    level = Math.min(burst, level + (at - last) * perMs) - profile.cost;
    last = at;
    if (level < -1e-6) return [`token-bucket: overdrawn by ${-level} at ${at}`];
  }
  return [];
}

/** Nothing is taken after the judgement, and no spare is spent ttl + margin later. */
function afterVerdict({ admitted, judgedAt, profile }: Outcome): string[] {
  const { ttlMs, marginMs } = profile.constants;
  const late = admitted.filter(({ at, taken }) => at > judgedAt + (taken ? 0 : ttlMs + marginMs));
  return late.length === 0 ? [] : [`verdict: ${late.length} calls admitted after it`];
}

/** D1 has what living isolates recorded, to the unit, and never more than a dead one did. */
function meters({ isolates, ledger }: Outcome): string[] {
  const totals = new Map<string, number>();
  for (const { application, calls } of ledger.d1.values()) {
    totals.set(application, (totals.get(application) ?? 0) + calls);
  }
  return isolates.flatMap(({ id, alive, recorded }) => {
    const counted = totals.get(id) ?? 0;
    if (alive ? counted === recorded : counted <= recorded) return [];
    return [`meters: ${id} recorded ${recorded}, counted ${counted}${alive ? "" : " (dead)"}`];
  });
}

/** When all is quiet no unit may be away any more. */
function outstanding({ ledger }: Outcome): string[] {
  const { limits, leases } = ledger.state();
  const away = [...limits.values()].filter((record) => record.out !== 0).map((record) => record.definition.key);
  const living = [...leases.values()].filter((lease) => !lease.dead).length;
  return away.length + living === 0 ? [] : [`quiescence: ${away.join()} outstanding, ${living} living leases`];
}

/** A ledger that merely refuses too much passes everything else: when nobody died, used = admitted, to the unit. */
function waste({ profile, ledger, admitted }: Outcome): string[] {
  if (!profile.peaceful) return [];
  return [...ledger.state().limits.values()].flatMap(({ definition, occupancy, orphaned }) => {
    if (definition.limit.algorithm === "token-bucket") return [];
    const spent = admitted.length * profile.cost;
    if (occupancy.used === spent && orphaned === 0) return [];
    return [`waste: ${occupancy.used} used (${orphaned} orphaned), ${spent} admitted`];
  });
}
