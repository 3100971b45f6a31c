/** @module Far more calls than a plan allows, and far fewer: what is admitted, what it asks of the ledger, how long it takes. */
import { setTimeout as wait } from "node:timers/promises";
import type { AskCount } from "./ask-count.ts";
import { type CallOutcome, isAdmitted, type LoggedCall, outcomeOf, sentWithin } from "./call-log.ts";
import { brokenWindows, countWindows, type MostInInterval, mostInInterval, type WindowCount } from "./count-windows.ts";
import { type Latency, latencyOf, round } from "./latency.ts";
import { drivePaced } from "./pace.ts";
import { fixedModes, limit, type PlanName, windowMs } from "./plans.ts";
import type { Stage } from "./stage.ts";

export interface LoadRun extends CallOutcome {
  readonly plan: PlanName;
  /** Empty for a sliding window, which has none. */
  readonly windows: readonly WindowCount[];
  /** Over all whole windows of the run. */
  readonly admitted: number;
  readonly mostInInterval: MostInInterval;
  readonly asksPerThousand: number;
  readonly waitedForPerThousand: number;
  readonly admittedLatency: Latency | null;
  readonly refusedLatency: Latency | null;
}

export interface Measured<Result> {
  readonly result: Result;
  /** Sentences about guarantees that were broken. */
  readonly broken: readonly string[];
}

/** Connections to each gateway. */
export const connections = 8;

/** What calls before the run have leased is back by then. */
const settledMs = 2_500;

/** The next begin of a window, far enough away that what went before has no part in it. */
export function nextWindow(now: number): number {
  return Math.ceil((now + settledMs) / windowMs) * windowMs;
}

/** An isolate that has served some thousand calls is compiled to the end; nothing of it counts against a limit. */
export async function warmUp(stage: Stage): Promise<void> {
  const from = Date.now();
  await drivePaced(stage, { plan: "unlimited", rate: 800, connections, from, until: from + 5_000 });
}

export async function measureLoad(
  stage: Stage,
  plan: PlanName,
  rate: number,
  count: number,
): Promise<Measured<LoadRun>> {
  const from = nextWindow(Date.now());
  const until = from + count * windowMs;
  await wait(from - Date.now() - 100);
  const before = await readAsks(stage);
  await drivePaced(stage, { plan, rate, connections, from, until });
  const after = await readAsks(stage);
  const calls = sentWithin(stage.log(plan), from, Number.POSITIVE_INFINITY);
  const windows = { limit, windowMs, from, count };
  const isSliding = plan === "sliding";
  const most = mostInInterval(calls, windowMs);
  const perThousand = (asks: number) => round((asks * 1_000) / calls.length);
  const broken = isSliding ? brokenIntervals(most) : brokenWindows(calls, windows);
  return {
    result: {
      plan,
      ...outcomeOf(calls),
      windows: isSliding ? [] : countWindows(calls, windows),
      admitted: calls.filter((call) => isAdmitted(call) && call.arrivedAt < until).length,
      mostInInterval: most,
      asksPerThousand: perThousand(after.asks - before.asks),
      waitedForPerThousand: perThousand(after.waitedFor - before.waitedFor),
      admittedLatency: latencyOf(calls.filter(({ status }) => status === "200")),
      refusedLatency: latencyOf(calls.filter(({ status }) => status === "429")),
    },
    broken: broken.map((sentence) => `${plan}: ${sentence}`),
  };
}

function brokenIntervals({ surely }: MostInInterval): string[] {
  return surely <= limit ? [] : [`${surely} calls were admitted within ${windowMs / 1000} s, ${limit} are allowed`];
}

async function readAsks(stage: Stage): Promise<AskCount> {
  const counts = await Promise.all(
    (await stage.origins()).map(async (origin) => (await (await fetch(`${origin}/.bench/asks`)).json()) as AskCount),
  );
  const sum = (field: keyof AskCount) => counts.reduce((total, count) => total + count[field], 0);
  return { asks: sum("asks"), waitedFor: sum("waitedFor") };
}

export interface AddedLatency {
  /** Under a plan without limits. */
  readonly without: Latency | null;
  readonly limited: Readonly<Record<string, AddedToOne>>;
}

export interface AddedToOne {
  readonly latency: Latency | null;
  readonly addedP50Ms: number;
  readonly addedP99Ms: number;
  /** Calls that were not answered with 200: none are expected so far below the limit. */
  readonly others: number;
}

/** Calls a second and plan: half of what the limit allows. */
export const quietRate = 50;
const quietConnections = 2;
const quietMs = 20_000;
/** Meanwhile the isolates get to know their keys and the shape of the traffic. */
const discardMs = 3_000;

/** The same API at the same pace under plans with and without limits, all at the same time. */
export async function measureAddedLatency(stage: Stage): Promise<AddedLatency> {
  const from = Date.now();
  const until = from + discardMs + quietMs;
  const pace = { rate: quietRate, connections: quietConnections, from, until };
  await Promise.all(
    (["unlimited", ...fixedModes] as const).map((plan, index) =>
      // A few ms apart, so that they do not queue for each other.
      drivePaced(stage, { ...pace, plan, from: from + index * 7 }),
    ),
  );
  const of = (plan: PlanName): LoggedCall[] => sentWithin(stage.log(plan), from + discardMs, until);
  const without = latencyOf(of("unlimited"));
  const limited = fixedModes.map((plan) => {
    const calls = of(plan);
    const latency = latencyOf(calls.filter(({ status }) => status === "200"));
    const added = (field: "p50Ms" | "p99Ms") => round((latency?.[field] ?? 0) - (without?.[field] ?? 0));
    const others = calls.filter(({ status }) => status !== "200").length;
    return [plan, { latency, addedP50Ms: added("p50Ms"), addedP99Ms: added("p99Ms"), others }] as const;
  });
  return { without, limited: Object.fromEntries(limited) };
}
