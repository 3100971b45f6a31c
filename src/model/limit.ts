/**
 * @module Limits: what a plan or a `rate-limit` policy allows, in the words that operators write.
 *
 * A limit is named, so that refusals, headers and the ledger speak of the same thing. The ledger works on
 * {@link LimitDefinition}: the same limit under the key that is unique within its subject's ledger.
 */
import * as z from "zod";

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** How credit is called in headers and refusals. */
export const creditName = "credit";

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

export const QuotaPeriod = z.enum(["hour", "day", "week", "month", "year"]);
export type QuotaPeriod = z.output<typeof QuotaPeriod>;

/** `callsMax` per period. A unit is debited in the period of its grant. */
export const Quota = z.strictObject({
  name,
  algorithm: z.literal("quota"),
  callsMax,
  period: QuotaPeriod.describe("The period after which the quota starts anew. Weeks begin on Monday."),
  anchor: z
    .enum(["calendar", "subscription"])
    .optional()
    .describe(
      "When periods begin: with the calendar's (unless said otherwise), or at the moment at which the application subscribed: from the 31st of a month to the last day of shorter ones.",
    ),
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, "Name a time zone of the IANA database, such as Europe/Berlin.")
    .optional()
    .describe("Time zone of the calendar, such as Europe/Berlin; UTC unless said otherwise."),
  overage: z
    .enum(["refuse", "allow", "charge"])
    .optional()
    .describe(
      "What becomes of calls beyond the quota: they are refused (unless said otherwise), let through, or let through and charged.",
    ),
  warnAt: z
    .array(z.int().min(1).max(1_000))
    .max(5)
    .optional()
    .describe("Percent of the quota at which an event is made, once a period, such as [80, 100]."),
});
/** `anchorAt` (epoch ms) is the gateway's to add, where the quota is anchored on the subscription. */
export type Quota = z.output<typeof Quota> & { readonly anchorAt?: number };

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
export type Limit = Exclude<z.output<typeof Limit>, { algorithm: "quota" }> | Quota;

/** Credit as the ledger counts it: what has been granted and is not used up. No more may be reserved than there is. */
export interface Credit {
  readonly name: typeof creditName;
  readonly algorithm: "credit";
  /** Most units that gateways may hold idle, to be spent without asking. */
  readonly atRiskMax?: number | undefined;
  /** Units below which an event is made. */
  readonly warnBelow?: readonly number[] | undefined;
}

/** Whatever the ledger counts: what operators limit, and what consumers have paid for. */
export type CountedLimit = Limit | Credit;

/** Whether calls beyond the limit are let through and only counted. */
export const passesBeyond = (limit: CountedLimit): boolean =>
  limit.algorithm === "quota" && (limit.overage ?? "refuse") !== "refuse";

/** The length of the window that a rate counts in; null: a limit without one, such as a month's quota or calls in flight. */
export function windowMsOf(limit: CountedLimit): number | null {
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

/** Most shards of a ledger. */
export const shardsMax = 64;

/** Over how many objects the isolates of a hot consumer are spread; the limits are the same (ledger.md §7). */
export const Shards = z
  .int()
  .min(1)
  .max(shardsMax)
  .describe(
    "Over how many objects the counting is spread, for a consumer that one object does not carry (see the README). The limits hold over all of them together. 1 if left out.",
  );

/** The limits of a plan. */
export const PlanLimits = z.strictObject({
  mode: LimitMode.default("leased").describe("How calls are counted: leased (no wait) or exact (asks on every call)."),
  onFailure: OnFailure.default("refuse").describe("What a call gets when the ledger cannot be reached in time."),
  shards: Shards.optional(),
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
  credit: z
    .strictObject({
      atRiskMax: z
        .int()
        .min(0)
        .max(1_000_000_000)
        .optional()
        .describe(
          "Most units that gateways may hold to be spent without asking, at most a tenth of what is left (unless said otherwise: that tenth). What a gateway that fails has not reported yet is given back to the consumer, so this is the most that it can cost the provider, beside the calls in flight. In exact mode nothing is held.",
        ),
      warnBelow: z
        .array(z.int().min(1).max(1_000_000_000_000))
        .max(5)
        .optional()
        .describe("Units below which an event is made, once until there is more again, such as [1000, 100]."),
    })
    .optional()
    .describe(
      "Calls are paid from prepaid credit: every call needs its units granted to the subscription beforehand, and is refused (402) when they are used up.",
    ),
});
export type PlanLimits = z.output<typeof PlanLimits>;

/** Unique within one ledger: `<subscription or policy id>/<limit name>`. */
export type LimitKey = string;

/** A limit as the ledger knows it. The newest wins, so an old manifest cannot bring an old limit back. */
export interface LimitDefinition {
  readonly key: LimitKey;
  /** Grows when what the limit is taken from becomes another, such as the plan of a subscription. Before all revisions; 0 without. */
  readonly generation?: number;
  /** Grows with each change of what it is taken from, within a generation. */
  readonly revision: number;
  readonly limit: CountedLimit;
  /** Set where that ends by itself: from then on (epoch ms) it is this one. */
  readonly ends?: { readonly at: number; readonly limit: CountedLimit };
}

/** Whether a definition is newer than what is known, or as new. */
export function isAtLeast(
  { generation = 0, revision }: Pick<LimitDefinition, "generation" | "revision">,
  known: Pick<LimitDefinition, "generation" | "revision">,
): boolean {
  const other = known.generation ?? 0;
  return generation > other || (generation === other && revision >= known.revision);
}
