/** @module The benchmark's result, as one object and as a page of text. */
import type { RoundTripCounts, RoundTrips } from "./count-round-trips.ts";
import type { Cost, CostRatios, CostRound } from "./measure-cost.ts";
import type { Sizes, StartUp } from "./measure-size.ts";

export interface Report extends CostRatios, Sizes, StartUp {
  /** Round trips that a call waits for one after another before the upstream; all of them by name in `roundTrips`. */
  readonly roundTripsWarm: number;
  readonly roundTripsSparse: number;
  readonly roundTripsCold: number;
  readonly roundTrips: RoundTripCounts;
  /** By number of routes in the API. */
  readonly growth: Readonly<Record<string, Cost>>;
  readonly rounds: readonly CostRound[];
}

export function printReport(report: Report): string {
  const { rounds, growth, roundTrips } = report;
  const spread = rounds.map(({ bare, full }) => (full.cpuUs / bare.cpuUs).toFixed(2)).sort();
  return [
    "",
    "A call with key, subscription, plan limit, quota and usage, beside a bare fetch proxy on the same workerd",
    `  CPU          ${report.cpuRatio} × (rounds: ${spread.join(" ")})`,
    `  latency p50  ${report.latencyRatioP50} ×`,
    `  latency p99  ${report.latencyRatioP99} ×`,
    ...rounds.slice(-1).map(({ bare, full }) => `  last round   bare ${cost(bare)}; full ${cost(full)}`),
    "",
    "Round trips to storage and objects before the upstream, per call",
    tripLine("warm", roundTrips.warm),
    tripLine("sparse", roundTrips.sparse),
    tripLine("cold", roundTrips.cold),
    "",
    "Growth with the routes of an API",
    ...Object.entries(growth).map(([count, value]) => `  ${count.padStart(6)} routes  ${cost(value)}`),
    "",
    "Size and start",
    `  bundle       ${report.bundleKiB} KiB, ${report.bundleGzKiB} KiB gzip`,
    `  gateway      ${report.gatewayKiB} KiB, ${report.gatewayGzKiB} KiB gzip, ${report.gatewayModules} modules`,
    `  start-up     ${report.startupMs} ms (CPU ${report.startupCpuMs} ms) more than an empty worker`,
    "",
  ].join("\n");
}

function cost({ cpuUs, p50Us, p99Us }: Cost): string {
  return `${cpuUs.toFixed(0)} µs CPU, p50 ${p50Us.toFixed(0)} µs, p99 ${p99Us.toFixed(0)} µs`;
}

function tripLine(name: string, trips: RoundTrips): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([trip, count]) => `${trip} ${count}`)
      .join(", ");
  const aside = Object.keys(trips.asideByName).length === 0 ? "" : `; aside: ${list(trips.asideByName)}`;
  const named = trips.before === 0 ? "" : ` in ${trips.waits} waits (${list(trips.beforeByName)})`;
  return `  ${name.padEnd(7)} ${trips.before}${named}${aside}   [${trips.calls} calls]`;
}
