/**
 * @module `npm run load`: whether the ledger keeps its guarantees when far more is called than a plan allows, through two
 * gateways at once, and when the process is killed meanwhile. What it costs is reported; nothing about time is asserted.
 */
import process from "node:process";
import { measureCapacity } from "./limits/measure-capacity.ts";
import { measureKills } from "./limits/measure-kills.ts";
import { type Measured, measureAddedLatency, measureLoad, warmUp } from "./limits/measure-load.ts";
import { type LoadOptions, readOptions, usage } from "./limits/options.ts";
import { fixedModes, limit, type PlanName, planNames, windowMs } from "./limits/plans.ts";
import { type LimitsReport, printLimits } from "./limits/print-limits.ts";
import { brokenUsage, type CountedUsage, countUsage, missingUsage, settledUsage } from "./limits/read-usage.ts";
import { setStage, type Stage } from "./limits/stage.ts";
import { step } from "./step.ts";

const options = optionsOrUsage();
const broken: string[] = [];
const load = options.part === "kill" ? null : await onStage(runLoad, "bench/worker/ask-counting.ts");
const kill = options.part === "load" ? null : await onStage(runKills);
const report: LimitsReport = { limit, windowMs, rate: options.rate, load, kill, broken };
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : printLimits(report));
process.exitCode = broken.length === 0 ? 0 : 1;

function optionsOrUsage(): LoadOptions {
  let read: LoadOptions | null;
  try {
    read = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
  if (read !== null) return read;
  console.log(usage);
  process.exit(0);
}

async function onStage<Result>(work: (stage: Stage) => Promise<Result>, entry?: string): Promise<Result> {
  const stage = await step("Two gateways, one ledger", () => setStage(entry));
  try {
    await step("Warming up", () => warmUp(stage));
    return await work(stage);
  } finally {
    await stage.stop();
  }
}

async function runLoad(stage: Stage) {
  const addedLatency = await step("Below the limit, with and without limits", () => measureAddedLatency(stage));
  const capacity = await step("As much as one ledger carries, exact", () => measureCapacity(stage));
  const runs = [];
  for (const plan of [...fixedModes, "sharded", "sliding"] as const) {
    const run = () => measureLoad(stage, plan, options.rate, options.windows);
    runs.push(kept(await step(`Above the limit: ${plan}`, run)));
  }
  const counted = await usageOf(stage, planNames);
  for (const plan of planNames) broken.push(...missingUsage(plan, counted[plan]));
  return { addedLatency, capacity, runs, usage: counted };
}

async function runKills(stage: Stage) {
  const runs = [];
  for (const plan of fixedModes) {
    const run = () => measureKills(stage, plan, options.rate, options.windows + 1);
    runs.push(kept(await step(`Killed twice: ${plan}`, run)));
  }
  return { runs, usage: await usageOf(stage, fixedModes) };
}

function kept<Result>({ result, broken: found }: Measured<Result>): Result {
  broken.push(...found);
  return result;
}

async function usageOf<Name extends PlanName>(
  stage: Stage,
  plans: readonly Name[],
): Promise<Record<Name, CountedUsage>> {
  const metered = await step("Usage, until it stands still", () => settledUsage(stage));
  const counted = plans.map((plan) => {
    const own = countUsage(stage.log(plan), metered[plan] ?? { calls: 0, refused: 0 });
    broken.push(...brokenUsage(plan, own));
    return [plan, own] as const;
  });
  return Object.fromEntries(counted) as Record<Name, CountedUsage>;
}
