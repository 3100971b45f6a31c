import { type CacheControl, parseCacheControl, secondsOf } from "./cache-control.ts";
import type { Age } from "./freshness.ts";

/** What the caller wants of caches (RFC 9111 §5.2.1); `Pragma` counts where `Cache-Control` is missing (§5.4). */
export function wishesOf({ headers }: Request): CacheControl {
  const stated = headers.get("cache-control");
  if (stated !== null) return parseCacheControl(stated);
  return parseCacheControl(headers.get("pragma"));
}

/** Whether a fresh response is good enough for the caller. */
export function isWelcome(wishes: CacheControl, { age, ttl }: Age): boolean {
  if (wishes.has("no-cache")) return false;
  const ageMax = secondsOf(wishes, "max-age");
  const freshMin = secondsOf(wishes, "min-fresh");
  return (ageMax === null || age <= ageMax) && (freshMin === null || ttl >= freshMin);
}
