/**
 * @module Limits: what a plan or a `rate-limit` policy allows, in the words that operators write.
 *
 * A limit is named, so that refusals, headers and the ledger speak of the same thing. The ledger works on
 * {@link LimitDefinition}: the same limit under the key that is unique within its subject's ledger.
 */
import * as z from "zod";

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Use 1 to 40 lower-case letters, digits and hyphens, such as per-minute.")
  .describe("Name of the limit, as it appears in the RateLimit headers and in refusals.");
const callsMax = z.int().min(1).max(1_000_000_000).describe("Most calls that are admitted.");
const windowMs = z
  .int()
  .min(1_000)
  .max(86_400_000)
  .describe("Length of the window in milliseconds: 60000 is a minute, 3600000 an hour. One second to one day.");

/** `callsMax` per `windowMs`; windows are aligned to the epoch, so an hour starts on the hour (UTC). */
export const FixedWindow = z.strictObject({ name, algorithm: z.literal("fixed-window"), callsMax, windowMs });
export type FixedWindow = z.output<typeof FixedWindow>;

/** `callsMax` in any interval of length `windowMs`; in the long run ten elevenths of it per window. */
export const SlidingWindow = z.strictObject({ name, algorithm: z.literal("sliding-window"), callsMax, windowMs });
export type SlidingWindow = z.output<typeof SlidingWindow>;

/** Refills `callsMax` per `windowMs` steadily and holds at most `burstMax`: any interval τ sees ≤ burst + rate·τ (GCRA). */
export const TokenBucket = z.strictObject({
  name,
  algorithm: z.literal("token-bucket"),
  callsMax,
  windowMs,
  burstMax: z.int().min(1).max(1_000_000).describe("Most calls that may come at once after a quiet time."),
});
export type TokenBucket = z.output<typeof TokenBucket>;

/** `callsMax` per calendar month (UTC). A hard quota: a unit is debited in the month of its grant. */
export const Quota = z.strictObject({
  name,
  algorithm: z.literal("quota"),
  callsMax,
  period: z.enum(["month"]).describe("The calendar period, in UTC, after which the quota starts anew."),
});
export type Quota = z.output<typeof Quota>;

/** At most `callsMax` calls at the same time, from their admission to the end of their bodies. */
export const Concurrency = z.strictObject({
  name,
  algorithm: z.literal("concurrency"),
  callsMax: callsMax.max(1_000_000).describe("Most calls that may be in flight at the same time."),
  onPermitLost: z
    .enum(["cut", "continue"])
    .optional()
    .describe(
      "What becomes of calls whose gateway cannot reach the ledger for so long that another call may have their place: they are cut (unless said otherwise), or go on beyond the limit.",
    ),
});
export type Concurrency = z.output<typeof Concurrency>;

export const Limit = z.discriminatedUnion("algorithm", [FixedWindow, SlidingWindow, TokenBucket, Quota, Concurrency]);
export type Limit = z.output<typeof Limit>;

/** The length of the window that a rate counts in; null: a limit without one, such as a month's quota or calls in flight. */
export function windowMsOf(limit: Limit): number | null {
  return "windowMs" in limit ? limit.windowMs : null;
}

/**
 * `exact`: every call asks the ledger. `leased`: an isolate spends units that the ledger debited beforehand, with no
 * round trip; never above the limit either, but up to a tenth of it may lie idle elsewhere when a call is refused.
 */
export const LimitMode = z.enum(["leased", "exact"]);
export type LimitMode = z.output<typeof LimitMode>;

/** What a call gets when the ledger cannot be reached in time. Calls let through are counted apart, as ungoverned. */
export const OnFailure = z.enum(["refuse", "allow"]);
export type OnFailure = z.output<typeof OnFailure>;

/** The limits of a plan. */
export const PlanLimits = z.strictObject({
  mode: LimitMode.default("leased").describe("How calls are counted: leased (no wait) or exact (asks on every call)."),
  onFailure: OnFailure.default("refuse").describe("What a call gets when the ledger cannot be reached in time."),
  limits: z
    .array(Limit)
    .max(8)
    .default([])
    .refine((limits) => new Set(limits.map((limit) => limit.name)).size === limits.length, {
      message: "Two limits share a name. Give each limit of a plan its own name.",
    })
    .describe("Rate limits and quotas; all of them must admit a call."),
  weights: z
    .array(
      z.strictObject({
        operation: z.string().min(1).max(200).describe("The operation's id, such as search-books."),
        api: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe("Slug of its API, where several of the product have such an operation."),
        units: z.int().min(0).max(1_000_000).describe("Units that one call costs under this plan; 0 costs nothing."),
      }),
    )
    .max(200)
    .optional()
    .describe("Operations that cost other than one unit a call, or than their own call-cost policy says."),
});
export type PlanLimits = z.output<typeof PlanLimits>;

/** Unique within one ledger: `<plan or policy id>/<limit name>`. */
export type LimitKey = string;

/** A limit as the ledger knows it. The greatest `revision` wins, so an old manifest cannot bring an old limit back. */
export interface LimitDefinition {
  readonly key: LimitKey;
  readonly revision: number;
  readonly limit: Limit;
}
