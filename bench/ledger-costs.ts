/**
 * @module What limits cost on Cloudflare, by list price: `npm run costs`. Runs the gateway's leases and the object's functions
 * over virtual time, with a plan of a minute's window and a month's quota, and counts what the platform bills: requests to the
 * object, rows that it writes, and rows in D1; and the CPU of a warm call. A report: it asserts nothing.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { ledgerConstants } from "../src/model/ledger/constants.ts";
import type { LimitDefinition, LimitMode } from "../src/model/limit.ts";
import { profileOf, turnOfHour } from "../test/objects/ledger-schedules/profile.ts";
import type { Profile } from "../test/objects/ledger-schedules/profile.ts";
import { runSchedule } from "../test/objects/ledger-schedules/schedule.ts";
import { shipped } from "../test/objects/ledger-schedules/system.ts";
import { measureWarm, type WarmCost } from "./warm-cost.ts";

const usage = `Usage: npm run costs -- [--json]

  --json   print one JSON object`;

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

/** List prices in dollars a million, beyond what a paid plan includes (developers.cloudflare.com, Durable Objects and D1 pricing). */
const prices = { requests: 0.15, rows: 1, rowsInD1: 1 } as const;

const limits: readonly LimitDefinition[] = [
  {
    key: "sub_1/per-minute",
    revision: 1,
    limit: { name: "per-minute", algorithm: "fixed-window", callsMax: 1_000_000, windowMs: 60_000 },
  },
  {
    key: "sub_1/per-month",
    revision: 1,
    limit: { name: "per-month", algorithm: "quota", callsMax: 1_000_000_000, period: "month" },
  },
];
const credit: LimitDefinition = { key: "plan/credit", revision: 1, limit: { name: "credit", algorithm: "credit" } };

/** A consumer: how many isolates its calls reach, and how often it calls. */
const consumers = [
  { name: "sparse", isolates: 1, everyMs: 60_000, lengthMs: 3_600_000 },
  { name: "normal", isolates: 4, everyMs: 800, lengthMs: 300_000 },
  { name: "hot", isolates: 20, everyMs: 20, lengthMs: 30_000 },
] as const;

interface Cost {
  readonly consumer: string;
  readonly plan: string;
  readonly callsPerSecond: number;
  /** All per million calls. */
  readonly requests: number;
  readonly rows: number;
  readonly rowsInD1: number;
  readonly dollars: number;
}

/** Nothing fails, and nobody is late: what is left is what it costs. */
function profileFor(
  { isolates, everyMs, lengthMs }: (typeof consumers)[number],
  mode: LimitMode,
  paid: boolean,
): Profile {
  const grant = {
    id: "gra_1",
    serial: 1,
    units: 1e9,
    priority: 1,
    effectiveAt: turnOfHour - 1e6,
    expiresAt: null,
    voided: false,
  };
  return {
    ...profileOf(1),
    constants: ledgerConstants,
    periodMs: 1e12,
    definitions: paid ? [...limits, credit] : limits,
    mode,
    cost: 1,
    isolates,
    everyMs,
    firstEveryMs: everyMs,
    lengthMs,
    loss: 0,
    repeats: 0,
    tails: 0,
    crashes: 0,
    partitions: 0,
    restarts: 0,
    failedWrites: 0,
    deadFlushers: 0,
    staleMs: 0,
    pauses: 0,
    variable: false,
    lostCalls: 0,
    givenBack: 0,
    callMs: 100,
    verdict: null,
    beside: [],
    change: null,
    peaceful: true,
    fundings: paid ? [{ atMs: 0, grant }] : [],
  };
}

async function costOf(consumer: (typeof consumers)[number], mode: LimitMode, paid: boolean): Promise<Cost> {
  const { admitted, ledger } = await runSchedule(profileFor(consumer, mode, paid), shipped);
  const perMillion = (count: number): number => (count / admitted.length) * 1e6;
  const { asks, alarms, rows, rowsInD1 } = ledger.costs;
  const [requests, written, inD1] = [perMillion(asks + alarms), perMillion(rows), perMillion(rowsInD1)];
  return {
    consumer: consumer.name,
    plan: `${mode}${paid ? " + credit" : ""}`,
    callsPerSecond: admitted.length / (consumer.lengthMs / 1_000),
    requests,
    rows: written,
    rowsInD1: inD1,
    dollars: (requests * prices.requests + written * prices.rows + inD1 * prices.rowsInD1) / 1e6,
  };
}

function print(costs: readonly Cost[]): void {
  const figure = (count: number): string => Math.round(count).toLocaleString("en-GB").padStart(11);
  console.log("Per million calls         calls/s   requests  rows written  rows in D1   dollars");
  for (const { consumer, plan, callsPerSecond, requests, rows, rowsInD1, dollars } of costs) {
    const rate = callsPerSecond.toFixed(callsPerSecond < 1 ? 3 : 0).padStart(8);
    console.log(
      `${consumer.padEnd(7)} ${plan.padEnd(16)}${rate}${figure(requests)}${figure(rows).padStart(14)}${figure(rowsInD1).padStart(12)}${dollars.toFixed(2).padStart(10)}`,
    );
  }
}

function printWarm(warm: readonly WarmCost[]): void {
  console.log("\nA warm call, from memory, on this machine");
  for (const { limits: count, microseconds, waited } of warm) {
    console.log(`${count} limits  ${microseconds.toFixed(2)} µs; ${waited} calls waited for the ledger`);
  }
}

if (values.help) console.log(usage);
else {
  const costs: Cost[] = [];
  for (const consumer of consumers) {
    for (const [mode, paid] of [
      ["leased", false],
      ["exact", false],
      ["leased", true],
      ["exact", true],
    ] as const) {
      process.stderr.write(`${consumer.name}, ${mode}${paid ? ", credit" : ""} …\n`);
      costs.push(await costOf(consumer, mode, paid));
    }
  }
  process.stderr.write("warm calls …\n");
  const warm: WarmCost[] = [];
  for (const count of [0, 1, 3, 8]) warm.push(await measureWarm(count));
  if (values.json) console.log(JSON.stringify({ prices, costs, warm }));
  else {
    print(costs);
    printWarm(warm);
  }
}
