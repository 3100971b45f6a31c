/** @module What the upload weighs, whole and the gateway's graph alone, and what it adds to a start of workerd. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { buildWorker, type BuiltWorker } from "../bin/runtime/build-worker.ts";
import { median } from "./load.ts";

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
  readonly emptyMs: readonly number[];
  readonly fullMs: readonly number[];
}

/** Starts each in turn `rounds` times, without storage of its own: what is measured is parsing and evaluation. */
export async function measureStartUp(rounds: number): Promise<StartUp> {
  const built = await buildWorker();
  const code = await readFile(path.join(built.directory, built.mainModule), "utf8");
  const empty = 'export default { fetch: () => new Response("") }';
  const emptyMs: number[] = [];
  const fullMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    emptyMs.push(await timeFirstAnswer(empty, built));
    fullMs.push(await timeFirstAnswer(code, built));
  }
  return { startupMs: Math.round(median(fullMs) - median(emptyMs)), emptyMs, fullMs };
}

/** The shipped code answers without its bindings too, if only to say that they are missing. */
async function timeFirstAnswer(script: string, { bindings }: BuiltWorker): Promise<number> {
  const began = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "start",
      modules: true,
      script,
      compatibilityDate: bindings.compatibilityDate ?? "2026-10-01",
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      host: "127.0.0.1",
      port: 0,
      cf: false,
      logRequests: false,
      telemetry: { enabled: false },
      handleStructuredLogs: () => undefined,
    }),
  );
  try {
    await miniflare.ready;
    await (await fetch(await miniflare.unsafeGetDirectURL("start"))).arrayBuffer();
    return Math.round(performance.now() - began);
  } finally {
    await miniflare.dispose();
  }
}
