/**
 * @module The RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10): `RateLimit-Policy` says what the limits are,
 * `RateLimit` what is left of them. Names of limits are lower-case letters, digits and hyphens, so they need no escaping.
 */
import { windowMsOf, type CountedLimit } from "./limit.ts";

/** How a limit stands. `remaining` in calls; `resetMs` until more is available or the window ends. */
export interface LimitStanding {
  readonly name: string;
  readonly limit: CountedLimit;
  readonly remaining: number;
  readonly resetMs: number;
  /** What tells the caller's own limit from others' of the same name, 16 hexadecimal digits; null: nothing does. */
  readonly partition: string | null;
}

/**
 * `"per-minute";q=60;w=60`. A calendar month has no fixed length, so a quota states no `w`; calls in flight have their own
 * unit: `"in-flight";q=5;qu="concurrent-requests"`.
 */
export function rateLimitPolicyField(standings: readonly LimitStanding[]): string {
  return standings
    .map(({ name, limit, remaining, partition }) => {
      // Credit is as much as there is, of units that no registry knows.
      if (limit.algorithm === "credit") return `"${name}";q=${Math.max(0, Math.floor(remaining))}`;
      const windowMs = windowMsOf(limit);
      const window = windowMs === null ? "" : `;w=${Math.ceil(windowMs / 1000)}`;
      const unit = limit.algorithm === "concurrency" ? ';qu="concurrent-requests"' : "";
      return `"${name}";q=${limit.callsMax}${unit}${window}${partitionOf(partition)}`;
    })
    .join(", ");
}

/** `"per-minute";r=59;t=30`. Nobody knows when calls in flight will end, or credit be granted: then no `t` is told. */
export function rateLimitField(standings: readonly LimitStanding[]): string {
  return standings
    .map(({ name, limit, remaining, resetMs, partition }) => {
      const comesBack = limit.algorithm !== "concurrency" && limit.algorithm !== "credit";
      const reset = comesBack ? `;t=${seconds(resetMs)}` : "";
      return `"${name}";r=${Math.max(0, Math.floor(remaining))}${reset}${partitionOf(partition)}`;
    })
    .join(", ");
}

/** `;pk=:…:`, a byte sequence (RFC 9651 §3.3.5): the partition key of a limit that callers do not share. */
function partitionOf(partition: string | null): string {
  if (partition === null) return "";
  const bytes = (partition.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return `;pk=:${btoa(String.fromCharCode(...bytes))}:`;
}

/** Whole seconds, rounded up: a caller who waits that long is not early. */
export function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}
