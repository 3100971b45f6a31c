/**
 * @module Limits as whoever asks about them sees them: what is left, when it comes back, and where the rest is. Made from what
 * a ledger tells of itself and from what the plans say, so that a limit that nobody has met yet is there too.
 */
import * as z from "zod";
import { algorithmOf, algorithms } from "./ledger/algorithms.ts";
import type { LedgerSnapshot } from "./ledger/messages.ts";
import type { Limit, LimitDefinition } from "./limit.ts";

export const LimitView = z.object({
  name: z.string().describe("Name of the limit, as it stands in the RateLimit headers."),
  algorithm: z.enum(["fixed-window", "sliding-window", "token-bucket", "quota", "concurrency"]),
  subscription: z.string().nullable().describe("Id of the subscription whose plan has it; null: a policy has it."),
  plan: z.string().nullable().describe("Short name of that plan; null: a policy has it."),
  policy: z.string().nullable().describe("Id of the policy that has it; null: a plan has it."),
  max: z
    .int()
    .describe("Units that it allows at once or per window or period; calls, where it limits those in flight."),
  remaining: z.int().describe("Units that are left, those in leases not counted."),
  resetMs: z.int().describe("Until all that is used now is free again, or the period ends, in ms."),
  leased: z.int().describe("Units that gateways hold at the moment, to be spent without asking."),
  orphaned: z
    .int()
    .describe(
      "Units that count as spent in this window or period because the gateway that held them is gone. Never billed.",
    ),
});
export type LimitView = z.output<typeof LimitView>;

/** A subscription's limits, by their definitions. */
export interface SubscribedLimits {
  readonly subscription: string;
  /** Short name of its plan. */
  readonly plan: string;
  readonly definitions: readonly LimitDefinition[];
}

/** The limits of all subscriptions in their order, then those that policies have and that have been met. */
export function limitViews(
  snapshot: LedgerSnapshot,
  subscribed: readonly SubscribedLimits[],
  now: number,
): LimitView[] {
  const counted = new Map(snapshot.limits.map((one) => [one.key, one]));
  const ofPlans = subscribed.flatMap(({ subscription, plan, definitions }) =>
    definitions.map(({ key, limit }): LimitView => {
      const known = counted.get(key);
      // As the plan has it now; what was counted under an older one of the same kind goes on.
      const isSame = known?.limit.algorithm === limit.algorithm;
      return { ...viewOf(limit, isSame ? known : unmet(key, limit, now)), subscription, plan, policy: null };
    }),
  );
  const ofPolicies = snapshot.limits.flatMap((one): LimitView[] => {
    const [, policy] = one.key.split("/").slice(0, -1);
    // What stands under a subscription and is no limit of its plan any more counts for nothing.
    if (policy === undefined) return [];
    return [{ ...viewOf(one.limit, one), subscription: null, plan: null, policy: policy.split("@", 1)[0] ?? policy }];
  });
  return [...ofPlans, ...ofPolicies];
}

type Counted = LedgerSnapshot["limits"][number];

function viewOf(limit: Limit, counted: Counted): Omit<LimitView, "subscription" | "plan" | "policy"> {
  const { resetMs, leased, orphaned } = counted;
  const max = algorithmOf(algorithms, limit).stated(limit);
  const used = algorithmOf(algorithms, counted.limit).stated(counted.limit) - counted.left;
  return {
    name: limit.name,
    algorithm: limit.algorithm,
    max,
    remaining: Math.max(0, Math.floor(max - used)),
    resetMs: Math.max(0, Math.round(resetMs)),
    leased,
    orphaned,
  };
}

/** What nobody has met yet, as a ledger would count it: all of it is left. */
function unmet(key: string, limit: Limit, now: number): Counted {
  const algorithm = algorithmOf(algorithms, limit);
  const resetMs = algorithm.resetMs(limit, algorithm.begin(limit, now), now);
  return { key, limit, left: algorithm.stated(limit), resetMs, leased: 0, orphaned: 0 };
}
