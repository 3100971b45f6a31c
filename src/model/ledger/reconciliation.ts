/** @module Reconciliation: what a ledger has counted beside what D1 says of it, hour by hour. */

/** Epoch hours, `to` itself outside. */
export interface HourRange {
  readonly from: number;
  readonly to: number;
}

/** Calls, units and versions, added up. Two that are alike in all three are the same. */
export interface Sum {
  readonly calls: number;
  readonly units: number;
  readonly version: number;
}

export interface HourSum extends Sum {
  readonly hour: number;
}

/** Calls and units by which hours differ, each hour for itself: what is too much in one makes up for nothing in another. */
export interface Difference {
  readonly hours: number;
  readonly calls: number;
  readonly units: number;
}

export interface Reconciliation {
  /** The hour up to which it went: a ledger with much to add up goes in stretches. */
  readonly to: number;
  /** Hours in which either side has anything. */
  readonly hours: number;
  /** As the ledger has counted. */
  readonly ledger: { readonly calls: number; readonly units: number };
  /** As D1 said before anything was repaired. */
  readonly database: { readonly calls: number; readonly units: number };
  readonly before: Difference;
  /** Hours that were sent again. */
  readonly repaired: number;
  readonly after: Difference;
}

export const isSame = (one: Sum, other: Sum): boolean =>
  one.calls === other.calls && one.units === other.units && one.version === other.version;

export const nothing: Sum = { calls: 0, units: 0, version: 0 };

/** Every hour of either side, with what each says of it. */
export function besideEachOther(
  ledger: readonly HourSum[],
  database: readonly HourSum[],
): { readonly hour: number; readonly ledger: Sum; readonly database: Sum }[] {
  const [own, theirs] = [ledger, database].map((sums) => new Map(sums.map((sum) => [sum.hour, sum])));
  const hours = [...new Set([...ledger, ...database].map(({ hour }) => hour))].sort((a, b) => a - b);
  return hours.map((hour) => ({
    hour,
    ledger: own?.get(hour) ?? nothing,
    database: theirs?.get(hour) ?? nothing,
  }));
}

export type Beside = ReturnType<typeof besideEachOther>[number];

export const differs = ({ ledger, database }: Beside): boolean => !isSame(ledger, database);

export function differenceOf(hours: readonly Beside[]): Difference {
  const differing = hours.filter(differs);
  return {
    hours: differing.length,
    calls: total(differing, ({ ledger, database }) => Math.abs(ledger.calls - database.calls)),
    units: total(differing, ({ ledger, database }) => Math.abs(ledger.units - database.units)),
  };
}

/** What a comparison has found, and what another found after the hours that differed were sent again. */
export function reconciliationOf(
  { to }: HourRange,
  found: readonly Beside[],
  repaired: number,
  left: readonly Beside[],
): Reconciliation {
  const side = (name: "ledger" | "database") => ({
    calls: total(found, (hour) => hour[name].calls),
    units: total(found, (hour) => hour[name].units),
  });
  return {
    to,
    hours: found.length,
    ledger: side("ledger"),
    database: side("database"),
    before: differenceOf(found),
    repaired,
    after: differenceOf(left),
  };
}

function total(hours: readonly Beside[], count: (hour: Beside) => number): number {
  return hours.reduce((sum, hour) => sum + count(hour), 0);
}

/** A stretch of a ledger and the one behind it as one. */
export function addReconciliations(one: Reconciliation, other: Reconciliation): Reconciliation {
  const both = (a: Reconciliation["ledger"], b: Reconciliation["ledger"]) => ({
    calls: a.calls + b.calls,
    units: a.units + b.units,
  });
  const difference = (a: Difference, b: Difference): Difference => ({ hours: a.hours + b.hours, ...both(a, b) });
  return {
    to: other.to,
    hours: one.hours + other.hours,
    ledger: both(one.ledger, other.ledger),
    database: both(one.database, other.database),
    before: difference(one.before, other.before),
    repaired: one.repaired + other.repaired,
    after: difference(one.after, other.after),
  };
}
