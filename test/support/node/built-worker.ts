/**
 * @module The built worker under workerd, for stories and whatever else must see what a deploy would run: the real bundle,
 * the real eval ban, real sockets. No development proxy stands in front.
 *
 * ```ts
 * const gatehouse = await startBuilt({ gateways: 2, upstreams: [upstream] });   // one workerd, two isolates, one storage
 * await gatehouse.manage("PUT", "/manage/v1/platform-file?plan=true", { type: "application/yaml", body: file });
 * const answer = await gatehouse.call("/bookshop/v1/books", { headers: { "x-api-key": key }, gateway: 1 });
 * answer.status; answer.headers["cache-status"]; answer.text; answer.json();
 * await gatehouse.raw("GET / HTTP/1.1\r\nHost: api.localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx");
 * await gatehouse.stop();
 * ```
 *
 * - The bundle is built once per state of the sources, however many test files ask at once (`bin/runtime/build-worker.ts`).
 * - With `gateways: 2` each gateway is a service of its own with its own memory; both share KV, D1 and the objects, which
 *   live in a third service. Never start two of these on one `state`: each would run its own copy of every object.
 * - Paths and hosts go out as written (`%2F`, `..`, `//`): `call` uses `node:http`, not `fetch`.
 * - Locally there is no `cf-connecting-ip` and no `request.cf` unless a call brings them.
 * - `rssKiB` samples workerd's resident memory, `cpuMs` what it has used so far; for one isolate's heap see `heap-watch.ts`.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Miniflare, WorkerdStructuredLog } from "miniflare";
import { buildWorker } from "../../../bin/runtime/build-worker.ts";
import { runWorker } from "../../../bin/runtime/run-worker.ts";
import { type Answer, type CallOptions, send, sendRaw } from "./http-client.ts";
import type { ScriptedUpstream } from "./scripted-upstream.ts";

export interface BuiltOptions {
  /** Number of gateway isolates in the one workerd. Default 1. */
  readonly gateways?: 1 | 2;
  /** Loopback upstreams that the gateway may call: they become `UPSTREAM_PRIVATE`. */
  readonly upstreams?: readonly Pick<ScriptedUpstream, "host">[];
  /** Over wrangler.toml's vars, e.g. `{ SHARED_HOST: "true" }`. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Keeps the storage in this folder, for a restart. Default: a temporary folder, removed by `stop`. */
  readonly state?: string;
  /** Needed again when a second start uses the same `state`. Default: fresh ones. */
  readonly secrets?: Secrets;
  /** Opens the runtime's inspector, for `watchHeap`. Default: closed. */
  readonly inspected?: true;
}

export interface Secrets {
  readonly adminToken: string;
  readonly keySecret: string;
}

export interface BuiltGatehouse {
  /** `http://127.0.0.1:<port>` of each gateway. */
  readonly origins: readonly string[];
  readonly adminToken: string;
  readonly secrets: Secrets;
  /** Where the console's and the portal's pages are for a browser, e.g. `http://console.localhost:<port>`. */
  readonly console: string;
  readonly portal: string;
  /** What the worker wrote to its console, newest last. */
  readonly logs: readonly WorkerdStructuredLog[];
  readonly miniflare: Miniflare;
  readonly pid: number;
  /** A call to the gateway as `api.localhost` (or `host`), to the first isolate unless `gateway` names another (0, 1). */
  call(path: string, options?: GatewayCall): Promise<Answer>;
  /** A call to the management API with the admin token; a body that is no string or Buffer goes as JSON. */
  manage(method: string, path: string, content?: ManageContent): Promise<Answer>;
  /** Writes bytes as they are and answers all bytes that come back until the other side closes or falls silent. */
  raw(bytes: string | Buffer, options?: { readonly gateway?: number; readonly silenceMs?: number }): Promise<string>;
  rssKiB(): Promise<number>;
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export interface GatewayCall extends CallOptions {
  readonly gateway?: number;
}

export interface ManageContent {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly gateway?: number;
}

const adminHost = "console.localhost";
const portalHost = "portal.localhost";

/** Builds if needed, starts, applies migrations. The registry is empty: a story brings its own catalogue. */
export async function startBuilt(options: BuiltOptions = {}): Promise<BuiltGatehouse> {
  const secrets = options.secrets ?? makeSecrets();
  const logs: WorkerdStructuredLog[] = [];
  const running = await runWorker({
    built: await buildWorker(),
    ports: Array.from({ length: options.gateways ?? 1 }, () => 0),
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(options.inspected === undefined ? {} : { inspectorPort: 0 }),
    vars: {
      ADMIN_HOST: adminHost,
      PORTAL_HOST: portalHost,
      UPSTREAM_PRIVATE: (options.upstreams ?? []).map((upstream) => upstream.host).join(","),
      ...options.vars,
      ADMIN_TOKEN: secrets.adminToken,
      KEY_SECRET: secrets.keySecret,
    },
    onLog: (log) => logs.push(log),
  });
  const { origins, miniflare, pid } = running;
  const originOf = (gateway = 0) => origins[gateway] ?? fail(`There is no gateway ${gateway}.`);
  const port = new URL(originOf()).port;
  return {
    origins,
    adminToken: secrets.adminToken,
    secrets,
    console: `http://${adminHost}:${port}`,
    portal: `http://${portalHost}:${port}`,
    logs,
    miniflare,
    pid,
    call: (path, { gateway, ...call } = {}) => send(originOf(gateway), path, { host: "api.localhost", ...call }),
    manage: (method, path, content = {}) =>
      send(originOf(content.gateway), path, {
        host: adminHost,
        method,
        headers: {
          authorization: `Bearer ${secrets.adminToken}`,
          ...(content.body === undefined ? {} : { "content-type": content.type ?? "application/json" }),
          ...content.headers,
        },
        ...(content.body === undefined ? {} : { body: encode(content.body) }),
      }),
    raw: (bytes, { gateway, silenceMs } = {}) => sendRaw(originOf(gateway), bytes, silenceMs),
    rssKiB: () => readRssKiB(pid),
    cpuMs: () => readCpuMs(pid),
    stop: () => running.stop(),
  };
}

/** Fresh secrets; keep them where a second start shall use the same state. */
export function makeSecrets(): Secrets {
  return { adminToken: randomBytes(24).toString("base64url"), keySecret: randomBytes(32).toString("base64url") };
}

/** Resident memory of a process in KiB (Linux). */
export async function readRssKiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? fail("VmRSS is not in /proc."));
}

/** User and system time of a process in ms (Linux, ticks of 10 ms). */
export async function readCpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function encode(body: unknown): string | Buffer {
  return typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function fail(message: string): never {
  throw new Error(message);
}
