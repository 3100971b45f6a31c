/**
 * @module What the benchmark runs: the built worker with a catalogue made for measuring, and a bare proxy beside it in the
 * same workerd, before one local upstream.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { buildWorker, type BuiltWorker } from "../bin/runtime/build-worker.ts";
import { type RunningWorker, runWorker } from "../bin/runtime/run-worker.ts";
import { applyLoaded, issueKey, readFile } from "../bin/start/apply-example.ts";
import { openTerminal } from "../src/cli/terminal.ts";
import { directOutbound } from "./direct-outbound.ts";
import type { LoadTarget } from "./load.ts";

export interface Scene {
  readonly running: RunningWorker;
  readonly bare: LoadTarget;
  /** A keyed call to the API of that name in the catalogue. */
  target(api: string, path?: string): LoadTarget;
  stop(): Promise<void>;
}

export interface SceneOptions {
  /** Module to bundle instead of the shipped one. */
  readonly entry?: string;
  readonly catalogue: Catalogue;
  /** Port of the gateway, and of the bare proxy; any free one by default. */
  readonly port?: number;
  readonly barePort?: number;
}

/** Everything of one benchmark run that outlives a restart of the worker. */
export interface Ground {
  readonly state: string;
  readonly upstreamHost: string;
  key: string;
  stop(): Promise<void>;
}

/** APIs by name: their own policies and their operations (`GET /a/{b}` by id). */
export type Catalogue = Readonly<Record<string, CatalogueApi>>;

export interface CatalogueApi {
  readonly policies: readonly { readonly type: string; readonly config?: object }[];
  readonly operations?: Readonly<Record<string, string>>;
  /** Stands in the product whose plan has limits and quota. */
  readonly limited?: boolean;
}

const secrets = { adminToken: "bench-admin-token-of-some-length", keySecret: "bench-key-secret-of-32-characters" };
const client = { workspace: "default", application: "bench/client", environment: "production" };
const body = JSON.stringify({ isbn: "9780141439518", title: "Pride and Prejudice", note: "x".repeat(400) });

/** A local upstream that answers at once, and a folder for the storage. */
export async function layGround(): Promise<Ground> {
  const state = await mkdtemp(path.join(tmpdir(), "gatehouse-bench-"));
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) =>
    response.writeHead(200, headers).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    state,
    upstreamHost: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: "",
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** Starts gateway and bare proxy; applies the catalogue and issues the key on the ground's first start. */
export async function setScene(ground: Ground, options: SceneOptions): Promise<Scene> {
  const running = await runWorker({
    built: await buildWorker(options.entry),
    state: ground.state,
    ports: [options.port ?? 0],
    vars: varsFor(ground.upstreamHost),
    first: directOutbound,
    beside: [
      bareWorker(
        await buildWorker("bench/worker/bare.ts", "bench/wrangler.toml"),
        ground.upstreamHost,
        options.barePort ?? 0,
      ),
    ],
    onLog: ({ level, message }) => void (level === "error" && process.stderr.write(`worker: ${message}\n`)),
  });
  try {
    const [origin = ""] = running.origins;
    if (ground.key === "") {
      const login = loginAt(origin);
      await applyDescription(ground.state, describe(options.catalogue, ground.upstreamHost), login);
      ground.key = await issueKey(login, client);
    }
    const bare = await running.miniflare.unsafeGetDirectURL("bare");
    return {
      running,
      bare: { origin: bare.origin, path: "/books/9780141439518", host: "bare.localhost", headers: {} },
      target: (api, at = "/books/9780141439518") => ({
        origin,
        path: `/${api}/v1${at}`,
        host: "localhost",
        headers: { "x-api-key": ground.key, "cf-connecting-ip": "192.0.2.1" },
      }),
      stop: () => running.stop(),
    };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** The worker's vars and secrets when it is measured. */
export function varsFor(upstreamHost: string): Readonly<Record<string, string>> {
  return {
    ADMIN_HOST: "console.localhost",
    PORTAL_HOST: "portal.localhost",
    UPSTREAM_PRIVATE: upstreamHost,
    ADMIN_TOKEN: secrets.adminToken,
    KEY_SECRET: secrets.keySecret,
  };
}

/** How its operator reaches it. */
export function loginAt(origin: string): BenchLogin {
  return { server: `http://console.localhost:${new URL(origin).port}/manage/v1`, token: secrets.adminToken };
}

/** The bare proxy as a worker of the same workerd, with a socket of its own. */
function bareWorker(built: BuiltWorker, upstreamHost: string, port: number) {
  return {
    name: "bare",
    rootPath: built.directory,
    modulesRoot: built.directory,
    modules: [{ type: "ESModule" as const, path: path.join(built.directory, built.mainModule) }],
    compatibilityDate: built.bindings.compatibilityDate ?? "2026-10-01",
    bindings: { UPSTREAM: `http://${upstreamHost}` },
    stripCfConnectingIp: false,
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
  };
}

export interface BenchLogin {
  readonly server: string;
  readonly token: string;
}

/** Applies a workspace file as an operator would; `folder` keeps it. */
export async function applyDescription(folder: string, description: object, login: BenchLogin): Promise<void> {
  const file = path.join(folder, "bench.yaml");
  await writeFile(file, stringify(description, { aliasDuplicateObjects: false }));
  const terminal = openTerminal(true);
  await applyLoaded(login, await readFile(file, terminal), terminal);
}

function describe(catalogue: Catalogue, upstreamHost: string): object {
  const apis = Object.entries(catalogue).map(([name, { policies, operations }]) => {
    const version = {
      state: "published",
      upstream: "bench",
      operations: operations ?? { getBook: "GET /books/{isbn}" },
      policies: policies.map(({ type, config = {} }, index) => ({ id: `p${index}-${type}`, type, config })),
    };
    return [name, { name, prefix: `/${name}`, versions: { v1: version } }];
  });
  const limited = Object.keys(catalogue).filter((name) => catalogue[name]?.limited);
  const limits = [
    { name: "per-minute", algorithm: "fixed-window", callsMax: 100_000_000, windowMs: 60_000 },
    { name: "per-month", algorithm: "quota", callsMax: 1_000_000_000, period: "month" },
  ];
  return {
    format: 1,
    workspace: "default",
    environments: { production: { hosts: ["localhost", "127.0.0.1"] } },
    upstreams: { bench: { targets: { production: [{ url: `http://${upstreamHost}` }] } } },
    apis: Object.fromEntries(apis),
    products: { bench: { name: "Bench", apis: limited, plans: { wide: { name: "Wide", limits } } } },
    organizations: {
      bench: { name: "Bench", applications: { client: { name: "Client", subscriptions: { bench: "wide" } } } },
    },
  };
}
