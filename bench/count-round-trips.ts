/**
 * @module How many requests to storage and objects a call waits for before it reaches the upstream: counted by the counting
 * worker (`bench/worker/counting.ts`), by name. Requests that are still under way when the upstream is asked, or begin
 * later, hold nobody up: they stand apart.
 */
import { setTimeout as wait } from "node:timers/promises";
import { drive } from "./load.ts";
import { round2 } from "./measure-cost.ts";
import { type Catalogue, type Ground, type Scene, setScene } from "./scene.ts";
import { type CountedCall, type Trip, upstreamTrip } from "./trip.ts";

export interface RoundTrips {
  /** Awaited before the upstream, per call. */
  readonly before: number;
  /** How many of them the call waited for one after another: its critical path. */
  readonly waits: number;
  readonly beforeByName: Readonly<Record<string, number>>;
  /** Beside or after the upstream's answer, per call. */
  readonly asideByName: Readonly<Record<string, number>>;
  readonly calls: number;
}

export interface RoundTripCounts {
  readonly warm: RoundTrips;
  readonly sparse: RoundTrips;
  readonly cold: RoundTrips;
}

const warmCalls = 300;
/** Longer than any lease, verdict or signal is believed. */
const quietMs = 12_000;
const sparseCalls = 2;
const coldCalls = 3;

export async function countRoundTrips(ground: Ground, catalogue: Catalogue, api: string): Promise<RoundTripCounts> {
  const options = { entry: "bench/worker/counting.ts", catalogue };
  const cold: CountedCall[] = [];
  let scene = await setScene(ground, options);
  try {
    await drive(scene.target(api), 500, 1);
    await takeCalls(scene);
    await drive(scene.target(api), warmCalls, 1);
    const warm = await takeCalls(scene);
    const sparse: CountedCall[] = [];
    for (let call = 0; call < sparseCalls; call++) {
      await wait(quietMs);
      sparse.push(...(await callOnce(scene, api)));
    }
    for (let call = 0; call < coldCalls; call++) {
      await scene.stop();
      scene = await setScene(ground, options);
      cold.push(...(await callOnce(scene, api)));
    }
    return { warm: summarise(warm), sparse: summarise(sparse), cold: summarise(cold) };
  } finally {
    await scene.stop();
  }
}

async function callOnce(scene: Scene, api: string): Promise<CountedCall[]> {
  await takeCalls(scene);
  const { statuses } = await drive(scene.target(api), 1, 1);
  if (statuses["200"] !== 1) throw new Error(`The counted call was answered with ${JSON.stringify(statuses)}.`);
  // What the call left to be done afterwards is its own too.
  await wait(300);
  return takeCalls(scene);
}

async function takeCalls(scene: Scene): Promise<CountedCall[]> {
  const [origin = ""] = scene.running.origins;
  return (await (await fetch(`${origin}/.bench/calls`)).json()) as CountedCall[];
}

function summarise(calls: readonly CountedCall[]): RoundTrips {
  const before: Record<string, number> = {};
  const aside: Record<string, number> = {};
  let waits = 0;
  for (const { trips } of calls) {
    const asked = trips.find((trip) => trip.name === upstreamTrip)?.began ?? Number.POSITIVE_INFINITY;
    const awaited = trips.filter((trip) => trip.name !== upstreamTrip && trip.ended > 0 && trip.ended < asked);
    for (const trip of trips) {
      if (trip.name === upstreamTrip) continue;
      const counts = awaited.includes(trip) ? before : aside;
      counts[trip.name] = (counts[trip.name] ?? 0) + 1;
    }
    waits += waitsBefore(asked, awaited);
  }
  const perCall = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, round3(count / calls.length)]));
  const total = Object.values(before).reduce((sum, count) => sum + count, 0);
  return {
    before: round3(total / calls.length),
    waits: round2(waits / calls.length),
    beforeByName: perCall(before),
    asideByName: perCall(aside),
    calls: calls.length,
  };
}

/**
 * Trips on the critical path: the last to end before the upstream was asked, the last to end before that one began, and so
 * on. What ran beside a longer trip held nobody up.
 */
function waitsBefore(moment: number, trips: readonly Trip[]): number {
  const last = trips
    .filter(({ ended }) => ended <= moment)
    .reduce<Trip | null>((latest, trip) => (latest === null || trip.ended > latest.ended ? trip : latest), null);
  return last === null ? 0 : 1 + waitsBefore(last.began, trips);
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
