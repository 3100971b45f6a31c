import type { Call } from "../../model/call.ts";
import type { PurgeSignal } from "../../model/signal.ts";
import type { CacheEntry } from "../services.ts";

/**
 * Whether a mark makes a stored response stale: it began before the mark was seen. A response that began when the mark was
 * known is newer than what was purged.
 */
export function isPurged(entry: CacheEntry, marks: readonly PurgeSignal[], request: Request, call: Call): boolean {
  const newer = marks.filter((mark) => entry.sequence < mark.sequence);
  if (newer.length === 0) return false;
  // The path as callers write it, without host and query; read once, however many marks there are.
  const path = plain(new URL(request.url).pathname);
  return newer.some((mark) => matches(mark, entry, path, call));
}

function matches({ scope, value }: PurgeSignal, entry: CacheEntry, path: string, call: Call): boolean {
  if (scope === "tag") return entry.tags.includes(value);
  if (scope === "prefix") return path.startsWith(plain(value));
  if (scope === "consumer") return call.principal?.application === value;
  return call.match.api.id === value;
}

/** Decoded, so that a prefix holds however it or an address is written; at worst too much is fetched anew. */
function plain(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
