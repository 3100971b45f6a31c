import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { answerFrom, cacheStatus, type Forward, marked } from "./cache/answer.ts";
import { CacheConfig } from "./cache/config.ts";
import { confirm, type Exchange, fetchAndKeep } from "./cache/exchange.ts";
import { ageAt } from "./cache/freshness.ts";
import { isPurged } from "./cache/purged.ts";
import { createShelf, discard, type Shelf } from "./cache/shelf.ts";
import { isWelcome, wishesOf } from "./cache/wishes.ts";
import { definePolicy, type Handler } from "./policy.ts";
import { withoutTaken } from "./taken-headers.ts";

/**
 * The response cache (RFC 9111). Stands behind authentication and limits, so that a hit is still authenticated, limited
 * and counted. What is kept belongs to one consumer unless the response says that it is for all.
 */
export const cache = definePolicy({
  type: "cache",
  summary: "Answers from kept responses while they are fresh, each consumer from its own unless they are public.",
  config: CacheConfig,
  create(config, services, binding) {
    const shelf = createShelf(config, services.cache, binding);
    return async (received, call, next) => {
      const request = withoutTaken(received, call);
      if (!safe.has(request.method)) return unsafe(request, call, next, shelf);
      if (passesBy(request) || isTooEarly(call)) {
        call.cache = "bypass";
        return marked(await next(request, call), { fwd: "bypass" });
      }
      const { principal } = call;
      const visit = await shelf.visit(request, call);
      return serve({ request, call, next, config, services, shelf, visit, principal });
    };
  },
});

const safe = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What this cache does not look into: other methods, bodies, parts of a response, and conditions on changing it. */
function passesBy({ method, headers, body }: Request): boolean {
  return (
    (method !== "GET" && method !== "HEAD") ||
    body !== null ||
    ["range", "if-match", "if-unmodified-since", "upgrade"].some((name) => headers.has(name))
  );
}

/** Whether it is still open, on an API that is for subscribers, if the caller is one: then nothing kept may be answered. */
function isTooEarly({ match, principal, subscription }: Call): boolean {
  return match.products.length > 0 && (principal === null || subscription === null);
}

/** RFC 9111 §4.4: what may have changed is not answered with any more, nor what the answer names as changed. */
async function unsafe(request: Request, call: Call, next: Handler, shelf: Shelf): Promise<Response> {
  const response = await next(request, call);
  if (call.refusal !== null || response.status < 200 || response.status >= 400) return response;
  const changed = new Set([request.url]);
  for (const name of ["location", "content-location"]) {
    const value = response.headers.get(name);
    if (value === null || !URL.canParse(value, request.url)) continue;
    const url = new URL(value, request.url);
    if (url.origin === new URL(request.url).origin) changed.add(url.href);
  }
  call.waitUntil(
    Promise.all([...changed].map((url) => shelf.clear(new Request(url, { headers: request.headers }), call))),
  );
  return response;
}

async function serve(exchange: Exchange): Promise<Response> {
  const { request, call, config, services, visit } = exchange;
  const wishes = wishesOf(request);
  const now = services.now();
  const kept = visit.found === null ? null : { ...visit.found, age: ageAt(visit.found.entry, now) };
  const purged = kept !== null && isPurged(kept.entry, services.purges(call.match.workspace), request, call);
  const isFresh = kept !== null && kept.age.ttl > 0 && !purged;
  if (isFresh && (!config.honourClient || isWelcome(wishes, kept.age))) {
    call.cache = "hit";
    return answerFrom(kept.entry, request, kept.age, { hit: true, ttl: kept.age.ttl });
  }
  const fwd: Forward = kept === null ? (visit.isKnown ? "vary-miss" : "uri-miss") : isFresh ? "request" : "stale";
  if (wishes.has("only-if-cached")) {
    await discard(kept?.entry ?? null);
    throw notKept(fwd);
  }
  // What was purged is not asked about but fetched: the purge says that it is wrong, whatever its validator.
  if (kept !== null && !purged && request.method === "GET" && hasValidator(kept.entry.headers)) {
    return confirm(exchange, kept, fwd);
  }
  await discard(kept?.entry ?? null);
  return fetchAndKeep(exchange, fwd);
}

function hasValidator(headers: readonly (readonly [string, string])[]): boolean {
  return headers.some(([name]) => name === "etag" || name === "last-modified");
}

/** RFC 9111 §5.2.1.7. */
function notKept(fwd: Forward): Problem {
  return new Problem("not-cached", {
    detail: "No fresh response is kept, and the request forbids to ask for one. Call without only-if-cached.",
    headers: { "Cache-Status": cacheStatus({ fwd }) },
  });
}
