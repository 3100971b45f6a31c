import type { Call } from "../../model/call.ts";
import type { PurgeSignal } from "../../model/signal.ts";
import type { CacheEntry } from "../services.ts";

/**
 * Whether a mark makes a stored response stale: it began before the mark was seen. A response that began when the mark was
 * known is newer than what was purged.
 */
export function isPurged(entry: CacheEntry, marks: readonly PurgeSignal[], request: Request, call: Call): boolean {
  return marks.some((mark) => entry.sequence < mark.sequence && matches(mark, entry, request, call));
}

function matches({ scope, value }: PurgeSignal, entry: CacheEntry, request: Request, call: Call): boolean {
  if (scope === "tag") return entry.tags.includes(value);
  // The path as callers write it, without host and query.
  if (scope === "prefix") return new URL(request.url).pathname.startsWith(value);
  if (scope === "consumer") return call.principal?.application === value;
  return call.match.api.id === value;
}
