import type { LimitDefinition } from "./limit.ts";
import type { PlanRecord, SubscriptionRecord } from "./records.ts";

/**
 * A plan's limits as the ledger of a subscriber counts them. They are the subscription's: under another plan, those of the
 * same name and kind go on from what has been used. A change of plan is a new generation, so that nothing that has not heard
 * of it can bring the old plan back.
 */
export function planDefinitions(
  subscription: SubscriptionRecord,
  plan: Pick<PlanRecord, "sequence" | "limits">,
): LimitDefinition[] {
  return plan.limits.limits.map((limit) => ({
    key: `${subscription.id}/${limit.name}`,
    generation: subscription.edition,
    revision: plan.sequence,
    limit:
      limit.algorithm === "quota" && limit.anchor === "subscription"
        ? { ...limit, anchorAt: subscription.since }
        : limit,
  }));
}
