/**
 * @module What is loaded: the built worker as two gateways that share the ledger objects of one workerd, on a storage that
 * outlives the process, before an upstream that writes down what reaches it. Loopback only.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { buildWorker, type BuiltWorker } from "../../bin/runtime/build-worker.ts";
import { type RunningWorker, runWorker, workerdPids } from "../../bin/runtime/run-worker.ts";
import { issueKey } from "../../bin/start/apply-example.ts";
import { directOutbound } from "../direct-outbound.ts";
import { applyDescription, type BenchLogin, loginAt, varsFor } from "../scene.ts";
import type { LoggedCall } from "./call-log.ts";
import { describePlans, type PlanName, planNames } from "./plans.ts";
import { type LoggingUpstream, startUpstream } from "./upstream.ts";

export interface Stage {
  /** Of the two gateways; while they are being started again, those that are to come. */
  origins(): Promise<readonly string[]>;
  login(): Promise<BenchLogin>;
  key(plan: PlanName): string;
  /** All calls under a plan since the stage was set. */
  log(plan: PlanName): LoggedCall[];
  /** Ends workerd without a word and starts it again on the same storage. */
  kill(): Promise<Kill>;
  stop(): Promise<void>;
}

export interface Kill {
  /** Epoch ms. */
  readonly at: number;
  /** Until the gateways' sockets were open again. */
  readonly downMs: number;
}

/** `entry`: module to bundle instead of the shipped one. */
export async function setStage(entry?: string): Promise<Stage> {
  const state = await mkdtemp(path.join(tmpdir(), "gatehouse-load-"));
  const upstream = await startUpstream();
  const strike = async () => {
    upstream.stop();
    await rm(state, { recursive: true, force: true });
  };
  try {
    const built = await buildWorker(entry);
    const running = await start(built, state, upstream);
    try {
      const keys = await admit(state, upstream, running);
      return stageOf(() => start(built, state, upstream), running, upstream, keys, strike);
    } catch (error) {
      await running.stop();
      throw error;
    }
  } catch (error) {
    await strike();
    throw error;
  }
}

function start(built: BuiltWorker, state: string, upstream: LoggingUpstream): Promise<RunningWorker> {
  return runWorker({
    built,
    state,
    ports: [0, 0],
    vars: varsFor(upstream.host),
    first: directOutbound,
    onLog: ({ level, message }) => void (level === "error" && process.stderr.write(`\nworker: ${message}\n`)),
  });
}

async function admit(state: string, upstream: LoggingUpstream, { origins: [origin = ""] }: RunningWorker) {
  const login = loginAt(origin);
  await applyDescription(state, describePlans(upstream.host), login);
  const keys = new Map<PlanName, string>();
  for (const plan of planNames) {
    const application = `readers/${plan}`;
    keys.set(plan, await issueKey(login, { workspace: "default", application, environment: "production" }));
  }
  return keys;
}

function stageOf(
  restart: () => Promise<RunningWorker>,
  first: RunningWorker,
  upstream: LoggingUpstream,
  keys: ReadonlyMap<PlanName, string>,
  strike: () => Promise<void>,
): Stage {
  let current = Promise.resolve(first);
  return {
    origins: async () => (await current).origins,
    async login() {
      const [origin = ""] = (await current).origins;
      return loginAt(origin);
    },
    key: (plan) => keys.get(plan) ?? "",
    log: (plan) => upstream.log(plan),
    async kill() {
      const ending = current.then(endAtOnce);
      current = ending.then(restart);
      await current;
      const at = await ending;
      return { at, downMs: Date.now() - at };
    },
    async stop() {
      try {
        await (await current).stop();
      } finally {
        await strike();
      }
    },
  };
}

/**
 * Answers when it did it, epoch ms. Two processes on one storage would each run its own copy of the objects, so it waits until
 * this one has gone.
 */
async function endAtOnce(running: RunningWorker): Promise<number> {
  const { pid } = running;
  if (!(await workerdPids()).includes(pid)) throw new Error("The workerd process that was started here is not there.");
  const at = Date.now();
  process.kill(pid, "SIGKILL");
  await running.stop();
  while ((await workerdPids()).includes(pid)) await wait(10);
  return at;
}
