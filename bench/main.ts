/**
 * @module `npm run bench`: what a call through the gateway costs beside a call through a worker that does nothing but
 * `fetch`, on the same workerd, and what it waits for. A report: it asserts nothing, and ends by itself within minutes.
 */
import { parseArgs } from "node:util";
import { fullCatalogue, growthCatalogue, growthName, growthPath, policyTargets, routeCounts } from "./catalogue.ts";
import { countRoundTrips } from "./count-round-trips.ts";
import { drive } from "./load.ts";
import { type Cost, type CostRound, measure, ratios } from "./measure-cost.ts";
import { measureSizes, measureStartUp } from "./measure-size.ts";
import { printReport, type Report } from "./report.ts";
import { layGround, type Scene, setScene } from "./scene.ts";
import { serveTarget } from "./serve-target.ts";
import { step } from "./step.ts";

const usage = `Usage: npm run bench -- [options]

  --json           print one JSON object
  --rounds N       rounds of bare and full in turn (default 7)
  --calls N        calls a round and target (default 3000)
  --target NAME    serve one alone until Ctrl-C, for a load tool: bare, full, ${policyTargets.join(", ")}
  --port N         port of --target (default 8788)
  --help`;

const warmUpCalls = 12_000;

/** No round begins after this, however slow the machine: the benchmark ends by itself. */
const roundsMaxMs = 90_000;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    calls: { type: "string", default: "3000" },
    target: { type: "string" },
    port: { type: "string", default: "8788" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(`${usage}\n`);
else if (values.target !== undefined) await serveTarget(values.target, Number(values.port), values.json);
else {
  const report = await runBenchmark(Number(values.rounds), Number(values.calls));
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : printReport(report));
}

async function runBenchmark(rounds: number, calls: number): Promise<Report> {
  const cost = await step("Calls beside a bare proxy", () => measureRounds(rounds, calls));
  const growth = await step("Growth with routes", () => measureGrowth(calls));
  const trips = await step("Round trips: warm, sparse, cold", async () => {
    const ground = await layGround();
    try {
      return await countRoundTrips(ground, fullCatalogue, "full");
    } finally {
      await ground.stop();
    }
  });
  const sizes = await step("Sizes", measureSizes);
  const startUp = await step("Start-up", () => measureStartUp(5));
  return {
    ...ratios(cost),
    roundTripsWarm: trips.warm.waits,
    roundTripsSparse: trips.sparse.waits,
    roundTripsCold: trips.cold.waits,
    roundTrips: trips,
    growth,
    ...sizes,
    ...startUp,
    rounds: cost,
  };
}

async function measureRounds(rounds: number, calls: number): Promise<CostRound[]> {
  return onScene(fullCatalogue, async (scene) => {
    const full = scene.target("full");
    const { pid } = scene.running;
    // An isolate in traffic has been compiled to the end; that takes some thousand calls.
    await drive(scene.bare, warmUpCalls);
    await drive(full, warmUpCalls);
    const results: CostRound[] = [];
    const until = performance.now() + roundsMaxMs;
    for (let round = 0; round < rounds && performance.now() < until; round++) {
      results.push(await measure(pid, { bare: scene.bare, full }, calls));
    }
    return results;
  });
}

/** One API a size in one gateway, driven in turn. */
async function measureGrowth(calls: number): Promise<Record<string, Cost>> {
  return onScene(growthCatalogue, async (scene) => {
    const targets = Object.fromEntries(
      routeCounts.map((count) => [String(count), scene.target(growthName(count), growthPath(count))]),
    );
    for (const target of Object.values(targets)) await drive(target, warmUpCalls / 4);
    return measure(scene.running.pid, targets, calls);
  });
}

async function onScene<Result>(
  catalogue: typeof fullCatalogue,
  work: (scene: Scene) => Promise<Result>,
): Promise<Result> {
  const ground = await layGround();
  try {
    const scene = await setScene(ground, { catalogue });
    try {
      return await work(scene);
    } finally {
      await scene.stop();
    }
  } finally {
    await ground.stop();
  }
}
