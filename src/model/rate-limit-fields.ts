/**
 * @module The RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10): `RateLimit-Policy` says what the limits are,
 * `RateLimit` what is left of them. Names of limits are lower-case letters, digits and hyphens, so they need no escaping.
 */
import type { Limit } from "./limit.ts";

/** How a limit stands. `remaining` in calls; `resetMs` until more is available or the window ends. */
export interface LimitStanding {
  readonly name: string;
  readonly limit: Limit;
  readonly remaining: number;
  readonly resetMs: number;
}

/** `"per-minute";q=60;w=60`. A calendar month has no fixed length, so a quota states no `w`. */
export function rateLimitPolicyField(standings: readonly LimitStanding[]): string {
  return standings
    .map(({ name, limit }) => {
      const window = limit.algorithm === "quota" ? "" : `;w=${Math.ceil(limit.windowMs / 1000)}`;
      return `"${name}";q=${limit.callsMax}${window}`;
    })
    .join(", ");
}

/** `"per-minute";r=59;t=30`. */
export function rateLimitField(standings: readonly LimitStanding[]): string {
  return standings
    .map(({ name, remaining, resetMs }) => `"${name}";r=${Math.max(0, Math.floor(remaining))};t=${seconds(resetMs)}`)
    .join(", ");
}

/** Whole seconds, rounded up: a caller who waits that long is not early. */
export function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}
