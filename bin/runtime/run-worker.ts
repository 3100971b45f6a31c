/**
 * @module Runs the built worker in workerd through Miniflare, with sockets that lead straight into the gateway: no
 * development proxy stands in front, so bytes, paths and headers arrive as a client sent them.
 *
 * One process, one storage. Several gateways are several services of the same bundle in one workerd (separate isolates);
 * their object bindings name one further service that holds the Durable Objects. Two processes on one storage would each
 * run their own copy of every object, and both would count.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  convertV4MiniflareOptions,
  Miniflare,
  type V4MiniflareOptions,
  type V4WorkerOptions,
  type WorkerdStructuredLog,
} from "miniflare";
import { applyMigrations } from "./apply-migrations.ts";
import type { BuiltWorker } from "./build-worker.ts";
import { inCheckout, offlineEnvironment } from "./checkout.ts";

export interface RunOptions {
  readonly built: BuiltWorker;
  /** Folder of the storage; without one a temporary folder that `stop` removes. */
  readonly state?: string;
  /** One port a gateway (0: any free one). Their number is the number of gateways. */
  readonly ports: readonly number[];
  /** Vars and secrets over those of wrangler.toml. */
  readonly vars: Readonly<Record<string, string>>;
  /** Further workers in the same workerd, such as the benchmark's bare proxy. They may name a direct socket. */
  readonly beside?: readonly V4WorkerOptions[];
  /** A worker that must be Miniflare's first, see `bench/direct-outbound.ts`. */
  readonly first?: V4WorkerOptions;
  /** Opens the runtime's inspector at this port (0: any free one): heap and profiles of each worker. Default: closed. */
  readonly inspectorPort?: number;
  /** What the worker writes to its console. Default: dropped. */
  readonly onLog?: (log: WorkerdStructuredLog) => void;
}

export interface RunningWorker {
  /** `http://127.0.0.1:<port>` of each gateway, in order. */
  readonly origins: readonly string[];
  /** Names of the migrations that this start applied. */
  readonly migrations: readonly string[];
  /** The workerd process, for sampling its memory and CPU under /proc. */
  readonly pid: number;
  /** For what a test does to the runtime itself: evict an object, read its storage, look at KV. */
  readonly miniflare: Miniflare;
  /** Ends workerd; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Starts workerd, applies missing migrations, and answers once the gateways' sockets are open. */
export async function runWorker(options: RunOptions): Promise<RunningWorker> {
  Object.assign(process.env, offlineEnvironment);
  const state = options.state ?? (await mkdtemp(path.join(tmpdir(), "gatehouse-state-")));
  const before = await workerdPids();
  const miniflare = new Miniflare(convertV4MiniflareOptions(await configure(options, state)));
  const stop = once(async () => {
    await miniflare.dispose();
    if (options.state === undefined) await rm(state, { recursive: true, force: true });
  });
  try {
    await miniflare.ready;
    const names = gatewayNames(options);
    const urls = await Promise.all(names.map((name) => miniflare.unsafeGetDirectURL(name)));
    const pid = (await workerdPids()).find((id) => !before.includes(id)) ?? 0;
    const db = await miniflare.getD1Database("DB", names[0]);
    const migrations = await applyMigrations(db, inCheckout("migrations"));
    return { origins: urls.map((url) => url.origin), migrations, pid, miniflare, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** The service that holds the objects bears the worker's own name, so that storage is the same with one gateway or more. */
function gatewayNames({ built, ports }: RunOptions): string[] {
  return ports.length === 1 ? [nameOf(built)] : ports.map((_, index) => `gateway-${index + 1}`);
}

async function configure(options: RunOptions, state: string): Promise<V4MiniflareOptions> {
  const { built, ports, vars, beside = [], first, inspectorPort, onLog } = options;
  const shared = {
    ...built.bindings,
    compatibilityFlags: built.bindings.compatibilityFlags ?? [],
    bindings: { ...built.bindings.bindings, ...vars },
    rootPath: built.directory,
    modulesRoot: built.directory,
    modules: await listModules(built),
    // Miniflare would strip it from calls to upstreams; what the gateway itself sends is what counts.
    stripCfConnectingIp: false,
    unsafeRegisterWorker: false,
  };
  const home: V4WorkerOptions = { ...shared, name: nameOf(built) };
  const objects = Object.entries(built.bindings.durableObjects ?? {}).map(([binding, object]) => {
    const className = typeof object === "string" ? object : object.className;
    return [binding, { className, scriptName: nameOf(built), useSQLite: true }] as const;
  });
  const gateways = gatewayNames(options).map((name, index): V4WorkerOptions => ({
    ...(ports.length === 1 ? home : { ...shared, name, durableObjects: Object.fromEntries(objects) }),
    unsafeDirectSockets: [{ host: "127.0.0.1", port: ports[index] ?? 0 }],
  }));
  return {
    workers: [...(first === undefined ? [] : [first]), ...gateways, ...(ports.length === 1 ? [] : [home]), ...beside],
    host: "127.0.0.1",
    port: 0,
    ...(inspectorPort === undefined ? {} : { inspectorPort }),
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    // `wrangler d1|kv … --local --persist-to <state>` finds the same storage.
    resourcePersistencePath: path.join(state, "v3"),
    handleStructuredLogs: onLog ?? (() => undefined),
  };
}

function nameOf(built: BuiltWorker): string {
  return built.bindings.name ?? "gatehouse";
}

const moduleTypes = {
  ".js": "ESModule",
  ".mjs": "ESModule",
  ".wasm": "CompiledWasm",
  ".bin": "Data",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
} as const;

/** The main module first, then whatever wrangler put beside it. */
async function listModules(built: BuiltWorker) {
  const names = (await readdir(built.directory)).filter((name) => path.extname(name) in moduleTypes);
  const ordered = [built.mainModule, ...names.filter((name) => name !== built.mainModule)];
  return ordered.map((name) => ({
    type: moduleTypes[path.extname(name) as keyof typeof moduleTypes],
    path: path.join(built.directory, name),
  }));
}

/** Ids of the workerd processes that this process has started. Empty where there is no /proc. */
export async function workerdPids(): Promise<number[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
      const [, command, , parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(stat) ?? [];
      return command === "workerd" && Number(parent) === process.pid ? Number(id) : undefined;
    }),
  );
  return found.filter((id) => id !== undefined);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
