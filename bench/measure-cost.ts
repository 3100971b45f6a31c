/** @module CPU and latency of a call: the gateway's beside the bare proxy's, driven in turn in one workerd. */
import { readFile } from "node:fs/promises";
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

/** One batch of calls, with what they cost. Throws if one was not answered with 200: its cost would be another's. */
export async function measure(pid: number, target: LoadTarget, calls: number): Promise<Cost> {
  const before = await readCpuUs(pid);
  const { latenciesUs, statuses } = await drive(target, calls);
  const cpuUs = ((await readCpuUs(pid)) - before) / calls;
  if (statuses["200"] !== calls) throw new Error(`${target.path} was answered with ${JSON.stringify(statuses)}.`);
  return { cpuUs, p50Us: percentile(latenciesUs, 0.5), p99Us: percentile(latenciesUs, 0.99) };
}

/** Median over the rounds of each round's ratio: a slow moment of the machine meets both halves of its round. */
export function ratios(rounds: readonly CostRound[]): CostRatios {
  const ratio = (field: keyof Cost) => round2(median(rounds.map(({ bare, full }) => full[field] / bare[field])));
  return { cpuRatio: ratio("cpuUs"), latencyRatioP50: ratio("p50Us"), latencyRatioP99: ratio("p99Us") };
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** User and system time of a process (Linux: ticks of 10 ms, so batches must take far longer). */
export async function readCpuUs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
