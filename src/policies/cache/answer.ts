/** Answers from what is kept: the stored response or 304 for it, with `Age` and `Cache-Status` (RFC 9111 §4, RFC 9211). */
import { type BareItem, serializeList, Token } from "structured-headers";
import type { CacheEntry } from "../services.ts";
import type { Age } from "./freshness.ts";

/** Why a request went on to the upstream (RFC 9211 §2.2). */
export type Forward = "bypass" | "uri-miss" | "vary-miss" | "stale" | "request";

export type CacheStatus =
  | { readonly hit: true; readonly ttl: number }
  | { readonly fwd: Forward; readonly fwdStatus?: number; readonly stored?: boolean };

export function cacheStatus(status: CacheStatus): string {
  const parameters = new Map<string, BareItem>();
  if ("hit" in status) {
    parameters.set("hit", true).set("ttl", Math.floor(status.ttl));
  } else {
    parameters.set("fwd", new Token(status.fwd));
    if (status.fwdStatus !== undefined) parameters.set("fwd-status", status.fwdStatus);
    if (status.stored === true) parameters.set("stored", true);
  }
  return serializeList([[new Token("gatehouse"), parameters]]);
}

/** A response with our member of `Cache-Status` behind those of caches nearer to the origin. */
export function marked(response: Response, status: CacheStatus): Response {
  if (response.status === 101) return response;
  const answer = new Response(response.body, response);
  answer.headers.append("cache-status", cacheStatus(status));
  return answer;
}

/** Describe a body; a 304 has none (RFC 9110 §15.4.5). */
const representation = /^(?:content-(?!location$|security-policy)|last-modified$|accept-ranges$)/;
const bodiless = new Set([204, 304]);

/** Answers a GET or HEAD from an entry; its body is used up or ended. */
export async function answerFrom(
  entry: CacheEntry,
  request: Request,
  age: Age,
  status: CacheStatus,
): Promise<Response> {
  const headers = new Headers(entry.headers.map(([name, value]) => [name, value]));
  headers.set("age", String(Math.floor(age.age)));
  headers.append("cache-status", cacheStatus(status));
  const isUnchanged = entry.status === 200 && holdsAlready(request.headers, headers);
  const body = isUnchanged || request.method === "HEAD" || bodiless.has(entry.status) ? null : entry.body;
  if (body === null && entry.body instanceof ReadableStream) await entry.body.cancel();
  if (isUnchanged) for (const [name] of entry.headers) if (representation.test(name)) headers.delete(name);
  return new Response(body, {
    status: isUnchanged ? 304 : entry.status,
    headers,
    // Compressed bytes were kept as they came (gateway/upstream).
    ...(headers.has("content-encoding") ? { encodeBody: "manual" as const } : {}),
  });
}

/** Whether the caller's own copy is this response (RFC 9110 §13.1.2, §13.1.3; weak comparison). */
function holdsAlready(asked: Headers, stored: Headers): boolean {
  const tags = asked.get("if-none-match");
  if (tags !== null) {
    const etag = stored.get("etag");
    if (tags.trim() === "*") return true;
    return etag !== null && (tags.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === opaque(etag));
  }
  const since = Date.parse(asked.get("if-modified-since") ?? "");
  const modified = Date.parse(stored.get("last-modified") ?? "");
  return Number.isFinite(since) && Number.isFinite(modified) && modified <= since;
}

function opaque(etag: string): string {
  return etag.trim().replace(/^W\//, "");
}
