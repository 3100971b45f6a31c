/** @module CPU and latency of a call: the gateway's beside the bare proxy's, driven in turn in one workerd. */
import { readdir, readFile } from "node:fs/promises";
import { drive, type LoadTarget, median, percentile } from "./load.ts";

export interface CostRound {
  readonly bare: Cost;
  readonly full: Cost;
}

export interface Cost {
  /** CPU of the workerd process per call, in microseconds: gateway, objects and local storage together. */
  readonly cpuUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface CostRatios {
  readonly cpuRatio: number;
  readonly latencyRatioP50: number;
  readonly latencyRatioP99: number;
}

/** Short enough that a slow moment of the machine meets all targets, long enough that a batch is mostly calls. */
const batchCalls = 250;

/**
 * `calls` calls to each target, in short batches taken in turn, with what they cost. Throws if one was not answered with 200:
 * its cost would be another's.
 */
export async function measure<Name extends string>(
  pid: number,
  targets: Readonly<Record<Name, LoadTarget>>,
  calls: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(targets) as Name[];
  const sums = names.map((name) => ({ name, cpuUs: 0, latenciesUs: [] as number[] }));
  for (let left = calls, turn = 0; left > 0; left -= batchCalls, turn += 1) {
    const batch = Math.min(left, batchCalls);
    // Whoever comes first pays for what the other left behind: so both do, in turn.
    for (const sum of turn % 2 === 0 ? sums : sums.toReversed()) {
      const before = await readCpuUs(pid);
      const { latenciesUs, statuses } = await drive(targets[sum.name], batch);
      sum.cpuUs += (await readCpuUs(pid)) - before;
      sum.latenciesUs.push(...latenciesUs);
      if (statuses["200"] !== batch) throw new Error(`${sum.name} was answered with ${JSON.stringify(statuses)}.`);
    }
  }
  const costs = sums.map(({ name, cpuUs, latenciesUs }) => {
    const sorted = latenciesUs.sort((a, b) => a - b);
    return [name, { cpuUs: cpuUs / calls, p50Us: percentile(sorted, 0.5), p99Us: percentile(sorted, 0.99) }] as const;
  });
  return Object.fromEntries(costs) as Record<Name, Cost>;
}

/** Median over the rounds of each round's ratio: a slow moment of the machine meets both halves of its round. */
export function ratios(rounds: readonly CostRound[]): CostRatios {
  const ratio = (field: keyof Cost) => round2(median(rounds.map(({ bare, full }) => full[field] / bare[field])));
  return { cpuRatio: ratio("cpuUs"), latencyRatioP50: ratio("p50Us"), latencyRatioP99: ratio("p99Us") };
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Time that the threads of a process have run, as the scheduler of Linux counts it, to the nanosecond. */
export async function readCpuUs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    // A thread may end while it is asked for.
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/schedstat`, "utf8").catch(() => "0")),
  );
  return times.reduce((sum, time) => sum + Number(time.split(" ", 1)[0]) / 1_000, 0);
}
