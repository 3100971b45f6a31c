/**
 * @module A gateway with a response cache: the policy over real KV, a clock and purge marks that a test sets, and an upstream
 * that answers what it is told. Several gateways are several isolates over one store.
 */
import { env } from "cloudflare:workers";
import { kvCacheStore } from "../../src/platform/kv-cache-store.ts";
import type { PurgeSignal } from "../../src/model/signal.ts";
import type { CacheStore } from "../../src/policies/services.ts";
import { callOf, type CallOptions, pipeline, principal, servicesOf, settled } from "./policy-run.ts";

export const base = "https://api.example";

/** What the cache's surroundings say; starts anew with {@link reset}. */
export const world: { now: number; marks: PurgeSignal[] } = { now: 1_800_000_000_000, marks: [] };

/** Empties the store and takes the marks away. */
export async function reset(): Promise<void> {
  world.marks = [];
  await Promise.all((await keptKeys()).map((name) => env.RESPONSES.delete(name)));
}

export async function keptKeys(): Promise<readonly string[]> {
  return (await env.RESPONSES.list()).keys.map(({ name }) => name);
}

let calls = 0;
let reads = 0;
const kv = kvCacheStore(env.RESPONSES);
const counted: CacheStore = {
  ...kv,
  get(key) {
    reads += 1;
    return kv.get(key);
  },
};
export const services = servicesOf({}, { cache: counted, now: () => world.now, purges: () => world.marks });

export type Answer = Response | ((request: Request) => Response | Promise<Response>);
export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly call?: CallOptions;
}

/** An isolate's cache. Each call answers with what came of it, after all that ran behind the response has ended. */
export function gateway(config: object = {}) {
  // What an isolate remembers hangs on its store.
  const isolate = { ...services, cache: { ...counted } };
  const through = pipeline({ policies: [{ type: "cache", config }], services: isolate });
  return async (path: string, answer: Answer, { method = "GET", headers = {}, call: options }: Asked = {}) => {
    reads = 0;
    calls += 1;
    // In no product, unless a test says otherwise: a product's API answers nothing kept to whoever is no subscriber.
    const call = callOf({ id: `call-${calls}`, principal, ...options, match: { products: [], ...options?.match } });
    const ran = await through(new Request(base + path, { method, headers }), call, async (request) =>
      typeof answer === "function" ? answer(request) : answer.clone(),
    );
    const text = await ran.response.text();
    await settled(call);
    const status = ran.response.headers.get("cache-status");
    return { response: ran.response, text, status, outcome: call.cache, upstream: ran.seen[0] ?? null, reads };
  };
}

export const kept = (text: string, cacheControl: string, headers: Record<string, string> = {}) =>
  new Response(text, { headers: { "cache-control": cacheControl, ...headers } });

export const mustNotAsk = (): never => {
  throw new Error("the upstream was asked");
};

/** A call of another application of the same workspace. */
export const app = (application: string): CallOptions => ({ principal: { ...principal, application } });
