/** @module The report of `npm run load`, as one object and as a page of text. */
import { ledgerConstants } from "../../src/model/ledger/constants.ts";
import type { CallOutcome } from "./call-log.ts";
import type { WindowCount } from "./count-windows.ts";
import type { Latency } from "./latency.ts";
import type { Capacity } from "./measure-capacity.ts";
import type { KillRun } from "./measure-kills.ts";
import { type AddedLatency, type LoadRun, quietRate } from "./measure-load.ts";
import { limit, windowMs } from "./plans.ts";
import type { CountedUsage } from "./read-usage.ts";

type ByPlan<Value> = Readonly<Record<string, Value>>;

export interface LimitsReport {
  readonly limit: number;
  readonly windowMs: number;
  readonly rate: number;
  readonly load: null | {
    readonly runs: readonly LoadRun[];
    readonly addedLatency: AddedLatency;
    readonly capacity: Capacity;
    readonly usage: ByPlan<CountedUsage>;
  };
  readonly kill: null | {
    readonly runs: readonly KillRun[];
    readonly usage: ByPlan<CountedUsage>;
  };
  /** Guarantees of the ledger that were broken, as sentences. */
  readonly broken: readonly string[];
}

const number = (value: number): string => value.toLocaleString("en-GB");
const time = (at: number): string => new Date(at).toISOString().slice(11, 19);

export function printLimits({ rate, load, kill, broken }: LimitsReport): string {
  const seconds = windowMs / 1_000;
  return [
    "",
    `${number(limit)} calls in ${seconds} s, through two gateways that share a ledger; ${number(rate)} calls/s offered`,
    ...(load?.runs.flatMap(loadLines) ?? []),
    ...(load === null
      ? []
      : [
          ...addedLines(load.addedLatency),
          ...capacityLines(load.capacity),
          "",
          "Usage after the load",
          ...usageLines(load.usage),
        ]),
    ...(kill?.runs.flatMap(killLines) ?? []),
    ...(kill === null ? [] : ["", "Usage after the kills", ...usageLines(kill.usage, unreportedOf(kill.runs))]),
    "",
    ...(broken.length === 0
      ? ["Every guarantee was kept: no window above its limit, no call counted twice."]
      : ["BROKEN", ...broken.map((sentence) => `  ${sentence}`)]),
    "",
  ].join("\n");
}

function capacityLines({ callsPerSecond, latency, others }: Capacity): string[] {
  const refused = others === 0 ? "" : `; ${number(others)} calls not answered with 200`;
  return [
    "",
    `One ledger, asked on every call: ${number(callsPerSecond)} calls/s, p50 ${latency?.p50Ms} ms, p99 ${latency?.p99Ms} ms${refused}`,
  ];
}

function loadLines(run: LoadRun): string[] {
  const isSliding = run.windows.length === 0;
  const { arrived, surely } = run.mostInInterval;
  const seconds = windowMs / 1_000;
  return [
    "",
    `${isSliding ? "leased, sliding window" : `${run.plan}, fixed window`}: ${outcome(run)}`,
    ...run.windows.map(windowLine),
    isSliding
      ? `  most in any ${seconds} s  ${number(arrived)} at the upstream, of them surely within ${seconds} s ${number(surely)}; ${number(run.admitted)} in the whole run`
      : `  in all         ${number(run.admitted)} of ${number(limit * run.windows.length)}`,
    `  ledger asks    ${run.asksPerThousand} per 1,000 calls (a call waited for ${run.waitedForPerThousand})`,
    `  admitted       ${latency(run.admittedLatency)}`,
    `  refused        ${latency(run.refusedLatency)}`,
  ];
}

function windowLine({ startedAt, sent, admitted, carried, below }: WindowCount): string {
  const from = carried === 0 ? "" : `, ${carried} of them sent before it`;
  return `  ${time(startedAt)}       ${number(admitted)} admitted of ${number(sent)}${from}; ${below} below the limit`;
}

function outcome({ sent, answered, brokenOff }: CallOutcome): string {
  const statuses = Object.entries(answered).map(([status, count]) => `${status}: ${number(count)}`);
  return [`${number(sent)} calls`, ...statuses, ...(brokenOff === 0 ? [] : [`broken off: ${brokenOff}`])].join(", ");
}

function latency(value: Latency | null): string {
  return value === null ? "none" : `p50 ${value.p50Ms} ms, p99 ${value.p99Ms} ms (${number(value.calls)} calls)`;
}

function addedLines({ without, limited }: AddedLatency): string[] {
  return [
    "",
    `Latency below the limit, ${quietRate} calls/s a plan, side by side`,
    `  no limits      ${latency(without)}`,
    ...Object.entries(limited).map(([plan, { latency: own, addedP50Ms, addedP99Ms, others }]) => {
      const refused = others === 0 ? "" : `; ${others} not answered with 200`;
      return `  ${plan.padEnd(13)}  ${latency(own)}; added p50 ${addedP50Ms} ms, p99 ${addedP99Ms} ms${refused}`;
    }),
  ];
}

/** `unreported`: how many may be missing, as they were answered just before a kill. */
function usageLines(usage: ByPlan<CountedUsage>, unreported: ByPlan<number> = {}): string[] {
  return Object.entries(usage).map(([plan, counted]) => {
    const brokenOff = counted.brokenOff === 0 ? "" : `, ${counted.brokenOff} broken off`;
    const most =
      unreported[plan] === undefined ? "" : ` of ${number(unreported[plan])} that were unreported when killed`;
    return (
      `  ${plan.padEnd(13)}  ${number(counted.calls)} counted of ${number(counted.answered)} answered with 200${brokenOff}` +
      `; ${number(counted.missing)} missing${most}; refused ${number(counted.refused)} of ${number(counted.answeredRefused)}`
    );
  });
}

function unreportedOf(runs: readonly KillRun[]): ByPlan<number> {
  return Object.fromEntries(
    runs.map(({ plan, kills }) => [plan, kills.reduce((sum, { unreported }) => sum + unreported, 0)]),
  );
}

function killLines(run: KillRun): string[] {
  return [
    "",
    `${run.plan}, fixed window, workerd killed twice: ${outcome(run)}`,
    ...run.windows.map(windowLine),
    ...run.kills.map(({ at, downMs, admittedBefore, unreported }) => {
      const before = `${number(admittedBefore)} admitted in its window before`;
      const second = `${number(unreported)} answered with 200 in the ${number(ledgerConstants.settleMs)} ms before`;
      return `  ${time(at)} killed  ${before}; ${second}; down for ${number(downMs)} ms`;
    }),
  ];
}
