/** @module What the upload weighs, whole and the gateway's graph alone, and what it adds to a start of workerd. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { buildWorker, type BuiltWorker } from "../bin/runtime/build-worker.ts";
import { median } from "./load.ts";
import { readCpuUs } from "./measure-cost.ts";

/** The runtime that Miniflare brings; its package has no types. */
const { default: workerdPath } = createRequire(import.meta.url)("workerd") as { readonly default: string };

export interface Sizes {
  readonly bundleKiB: number;
  readonly bundleGzKiB: number;
  readonly gatewayKiB: number;
  readonly gatewayGzKiB: number;
  /** Modules that the gateway's graph holds, by metafile. */
  readonly gatewayModules: number;
}

export async function measureSizes(): Promise<Sizes> {
  const whole = await weigh(await buildWorker());
  const gateway = await weigh(await buildWorker("bench/worker/gateway-only.ts", "bench/wrangler.toml"));
  return {
    bundleKiB: whole.kiB,
    bundleGzKiB: whole.gzKiB,
    gatewayKiB: gateway.kiB,
    gatewayGzKiB: gateway.gzKiB,
    gatewayModules: gateway.modules,
  };
}

async function weigh({ directory, mainModule }: BuiltWorker) {
  const code = await readFile(path.join(directory, mainModule));
  const metafile = JSON.parse(await readFile(path.join(directory, "metafile.json"), "utf8")) as { inputs: object };
  const kiB = (bytes: number) => Math.round((bytes / 1024) * 10) / 10;
  return { kiB: kiB(code.length), gzKiB: kiB(gzipSync(code).length), modules: Object.keys(metafile.inputs).length };
}

export interface StartUp {
  /** Median time from the start of workerd to the first answer, less the same of an empty worker. */
  readonly startupMs: number;
  /** The same in CPU of the workerd process, which other work on the machine disturbs less. */
  readonly startupCpuMs: number;
  readonly starts: { readonly empty: readonly Start[]; readonly full: readonly Start[] };
}

export interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Starts each in turn `rounds` times, without storage of its own: what is measured is parsing and evaluation. */
export async function measureStartUp(rounds: number): Promise<StartUp> {
  const built = await buildWorker();
  const code = await readFile(path.join(built.directory, built.mainModule), "utf8");
  const starts: { empty: Start[]; full: Start[] } = { empty: [], full: [] };
  for (let round = 0; round < rounds; round++) {
    starts.empty.push(await startOnce('export default { fetch: () => new Response("") }', built));
    starts.full.push(await startOnce(code, built));
  }
  const added = (field: keyof Start) =>
    Math.round(median(starts.full.map((start) => start[field])) - median(starts.empty.map((start) => start[field])));
  return { startupMs: added("ms"), startupCpuMs: added("cpuMs"), starts };
}

/**
 * The bare runtime on a config of its own: Miniflare would add the time that it takes to hand over the script. The shipped
 * code answers without its bindings too, if only to say that they are missing.
 */
async function startOnce(script: string, { bindings }: BuiltWorker): Promise<Start> {
  const folder = await mkdtemp(path.join(tmpdir(), "gatehouse-start-"));
  const config = path.join(folder, "config.capnp");
  await writeFile(path.join(folder, "worker.js"), script);
  await writeFile(config, describe(bindings.compatibilityDate ?? "2026-10-01"));
  const began = performance.now();
  const child = spawn(workerdPath, ["serve", config, "--socket-addr=http=127.0.0.1:0", "--control-fd=3"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    const port = await listeningPort(child);
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    const ms = Math.round(performance.now() - began);
    return { ms, cpuMs: Math.round((await readCpuUs(child.pid ?? 0)) / 1_000) };
  } finally {
    child.kill();
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(compatibilityDate: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "${compatibilityDate}",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}

/** What workerd says on its control channel once a socket is open. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, port] = /"event":"listen","socket":"http","port":(\d+)/.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", reject).once("exit", (code) => reject(new Error(`workerd ended with ${code}.`)));
  });
}
