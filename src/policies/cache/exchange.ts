/** The exchange with the upstream where nothing that is kept will do: fetched anew, or confirmed (RFC 9111 §4.3). */
import type { Call } from "../../model/call.ts";
import type { Principal } from "../../model/principal.ts";
import type { Handler } from "../policy.ts";
import type { Services } from "../services.ts";
import { answerFrom, type Forward, marked } from "./answer.ts";
import type { CacheConfig } from "./config.ts";
import { ageAt, keepable, type Keepable } from "./freshness.ts";
import { discard, type Found, type Shelf, type Visit } from "./shelf.ts";
import { isTooLarge, keepWhile, keptHeaders } from "./storing.ts";

/** One request at the cache, with what was found for it. */
export interface Exchange {
  readonly request: Request;
  readonly call: Call;
  readonly next: Handler;
  readonly config: CacheConfig;
  readonly services: Services;
  readonly shelf: Shelf;
  readonly visit: Visit;
  /** Who was calling when the cache was asked: whose copy was looked for. */
  readonly principal: Principal | null;
}

/** Sends the request on, and keeps the response if it may be kept. */
export async function fetchAndKeep(exchange: Exchange, fwd: Forward): Promise<Response> {
  return keepOrPass(exchange, await exchange.next(exchange.request, exchange.call), fwd);
}

/** Asks the upstream whether a stale response still holds; a 304 makes it fresh again. */
export async function confirm(exchange: Exchange, { entry, key }: Found, fwd: Forward): Promise<Response> {
  const { request, call, services } = exchange;
  const stored = new Headers(entry.headers.map(([name, value]) => [name, value]));
  const response = await exchange.next(conditional(request, stored), call);
  if (response.status !== 304 || call.refusal !== null) {
    await discard(entry);
    return keepOrPass(exchange, response, fwd);
  }
  call.cache = "revalidated";
  const now = services.now();
  const headers = updated(stored, response.headers);
  const judged = judge(exchange, entry.status, headers, now);
  const refreshed = { ...entry, headers: keptHeaders(headers, now) };
  if (judged === null) {
    call.waitUntil(services.cache.delete(key));
    return answerFrom(refreshed, request, { age: 0, ttl: 0 }, { fwd, fwdStatus: 304 });
  }
  const age = ageAt({ ...refreshed, policy: judged.policy }, now);
  // A lifetime of nothing is confirmed each time: to write the same entry again would gain nothing.
  if (!judged.fresh) return answerFrom(refreshed, request, age, { fwd, fwdStatus: 304 });
  const body = await keep(exchange, new Response(entry.body).body, entry.status, headers, judged, now);
  return answerFrom({ ...refreshed, body }, request, age, { fwd, fwdStatus: 304, stored: true });
}

async function keepOrPass(exchange: Exchange, response: Response, fwd: Forward): Promise<Response> {
  const { call, config, services } = exchange;
  call.cache = "miss";
  const now = services.now();
  const { status, headers } = response;
  const judged =
    call.refusal === null && !isTooLarge(headers, config.bodyBytesMax) ? judge(exchange, status, headers, now) : null;
  if (judged === null) return marked(response, { fwd });
  const body = await keep(exchange, response.body, status, headers, judged, now);
  return marked(new Response(body, response), { fwd, stored: true });
}

/** Nothing is kept if somebody was recognised behind the cache only: the copy would be kept for nobody, so for everybody. */
function judge(exchange: Exchange, status: number, headers: Headers, now: number): Keepable | null {
  if (exchange.call.principal !== exchange.principal) return null;
  return keepable(exchange.request, status, headers, exchange.config, now);
}

/** Keeps a response while its body streams; the body that is left is the caller's. */
async function keep(
  { request, call, config, services, shelf, visit }: Exchange,
  body: ReadableStream<Uint8Array> | null,
  status: number,
  headers: Headers,
  judged: Keepable,
  now: number,
): Promise<ReadableStream<Uint8Array> | null> {
  const { key, variant } = await shelf.place(request, call, visit, judged.shared, judged.names);
  const entry = {
    status,
    headers: keptHeaders(headers, now),
    policy: judged.policy,
    sequence: call.sequence,
    tags: config.tags,
    variant,
  };
  const to = { store: services.cache, key, seconds: judged.usefulSeconds, bytesMax: config.bodyBytesMax };
  return keepWhile(body, entry, to, call);
}

/** Asks with our validators. The caller's own are held against the answer afterwards. */
function conditional(request: Request, stored: Headers): Request {
  const headers = new Headers(request.headers);
  for (const [condition, validator] of [
    ["if-none-match", "etag"],
    ["if-modified-since", "last-modified"],
  ] as const) {
    const value = stored.get(validator);
    if (value === null) headers.delete(condition);
    else headers.set(condition, value);
  }
  return new Request(request, { headers });
}

/** RFC 9111 §3.2: a 304 replaces what it states, but for what describes the body that is kept. */
function updated(stored: Headers, fresh: Headers): Headers {
  const headers = new Headers(stored);
  headers.delete("date");
  for (const [name, value] of fresh) {
    if (name === "set-cookie") headers.append(name, value);
    else if (!/^content-(?:length|encoding|type|range)$/.test(name)) headers.set(name, value);
  }
  return headers;
}
