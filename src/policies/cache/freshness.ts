/**
 * Freshness: what may be kept, for how long, and how old it is (RFC 9111 §3, §4.2). http-cache-semantics decides; this file
 * gives it what it misreads in a form that it reads, and the clock of the port.
 */
import CachePolicy from "http-cache-semantics";
import type { CacheEntry } from "../services.ts";
import { formatCacheControl, parseCacheControl, type CacheControl } from "./cache-control.ts";
import { saidByGateway, type CacheConfig } from "./config.ts";

/** A response that may be kept, as judged by its head. */
export interface Keepable {
  readonly policy: Record<string, unknown>;
  /** Whether every caller may get it. */
  readonly shared: boolean;
  /** Request headers that select it, sorted, in lower case. */
  readonly names: readonly string[];
  /** How long it is of use: while fresh, and longer if the upstream can confirm it. */
  readonly usefulSeconds: number;
  /** Whether it is fresh at all; otherwise it is kept to be confirmed on every use. */
  readonly fresh: boolean;
}

/** How long past its freshness a response with a validator is kept, so that the upstream need not send it again. */
const confirmableSeconds = 3_600;

/** Null if the response to this request must not, or need not, be kept. `now` is when its head arrived. */
export function keepable(
  request: Request,
  status: number,
  headers: Headers,
  config: CacheConfig,
  now: number,
): Keepable | null {
  const names = selecting(headers, config);
  if (request.method !== "GET" || names === null || headers.has("set-cookie")) return null;
  if (!config.statuses.includes(status)) return null;
  // `Pragma: no-cache` alone was never defined for responses (§5.4), and always meant.
  const stated = parseCacheControl(headers.get("cache-control") ?? headers.get("pragma"));
  const judged = { status, headers: judgedHeaders(status, headers, stated, config) };
  // No guessing (§4.2.2): an API's response that states no lifetime changes whenever it likes.
  const policy = new CachePolicy(askedBy(request), judged, { shared: true, cacheHeuristic: 0 });
  if (!policy.storable()) return null;
  const left = policy.maxAge() - ageOf(headers);
  const confirmable = headers.has("etag") || headers.has("last-modified");
  // `no-cache` and a lifetime of nothing ask to be confirmed each time; no statement at all asks for nothing.
  const asksToConfirm = stated.has("no-cache") || stated.has("max-age") || stated.has("s-maxage");
  if (left <= 0 && !(confirmable && asksToConfirm)) return null;
  return {
    policy: { ...policy.toObject(), t: now },
    shared: config.shared || stated.has("public") || stated.has("s-maxage"),
    names,
    usefulSeconds: Math.max(left, 0) + (confirmable ? confirmableSeconds : 0),
    fresh: left > 0,
  };
}

export interface Age {
  /** Seconds since the origin made it (§4.2.3). */
  readonly age: number;
  /** Seconds for which it stays fresh; not above 0 if it is stale. */
  readonly ttl: number;
}

export function ageAt(entry: CacheEntry, now: number): Age {
  const { t, resh } = entry.policy as unknown as CachePolicy.CachePolicyObject;
  const age = Math.max(0, (now - t) / 1_000) + (Number(resh["age"]) || 0);
  const policy = CachePolicy.fromObject(entry.policy as unknown as CachePolicy.CachePolicyObject);
  return { age, ttl: policy.maxAge() - age };
}

/** When the response arrived, epoch ms. */
export function arrivedAt(entry: CacheEntry): number {
  return Number(entry.policy["t"]);
}

/** Only what decides: keeping a caller's headers with the response would keep its secrets. */
function askedBy(request: Request): CachePolicy.HttpRequest {
  const wishes = parseCacheControl(request.headers.get("cache-control"));
  return {
    method: request.method,
    headers: {
      ...(wishes.has("no-store") ? { "cache-control": "no-store" } : {}),
      ...(request.headers.has("authorization") ? { authorization: "present" } : {}),
    },
  };
}

function judgedHeaders(
  status: number,
  headers: Headers,
  stated: CacheControl,
  config: CacheConfig,
): Record<string, string> {
  const judged: Record<string, string> = {};
  for (const name of ["date", "expires"]) {
    const value = headers.get(name);
    if (value !== null) judged[name] = value;
  }
  const directives = new Map(stated);
  const states = stated.has("max-age") || stated.has("s-maxage") || headers.has("expires");
  const ttl = status >= 400 ? undefined : (config.ttlSeconds ?? (states ? undefined : config.defaultTtlSeconds));
  const age = ageOf(headers);
  if (age > 0) judged["age"] = String(age);
  if (ttl !== undefined) {
    delete judged["expires"];
    // The configured time runs from now, not from when the origin made the response.
    directives.set("max-age", String(ttl + age));
    if (directives.has("s-maxage")) directives.set("s-maxage", String(ttl + age));
  }
  if (directives.size > 0) judged["cache-control"] = formatCacheControl(directives);
  return judged;
}

function ageOf(headers: Headers): number {
  const value = headers.get("age") ?? "";
  return /^\d+$/.test(value) ? Number(value) : 0;
}

/** Null where nothing that can be seen here selects: `Vary: *` (§4.1), or what the upstream gets from the gateway itself. */
function selecting(headers: Headers, config: CacheConfig): readonly string[] | null {
  const named = [...(headers.get("vary") ?? "").split(","), ...config.varyBy].map((name) => name.trim().toLowerCase());
  if (named.some((name) => name === "*" || saidByGateway.test(name))) return null;
  return [...new Set(named)].filter((name) => name !== "").sort();
}
