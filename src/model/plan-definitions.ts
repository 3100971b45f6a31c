import { creditName } from "./limit.ts";
import type { LimitDefinition, LimitKey } from "./limit.ts";
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
  const { limits, credit } = plan.limits;
  const counted = limits.map((limit) =>
    limit.algorithm === "quota" && limit.anchor === "subscription" ? { ...limit, anchorAt: subscription.since } : limit,
  );
  const paid = credit === undefined ? [] : [{ name: creditName, algorithm: "credit", ...credit } as const];
  return [...counted, ...paid].map((limit) => ({
    key: `${subscription.id}/${limit.name}`,
    generation: subscription.edition,
    revision: plan.sequence,
    limit,
  }));
}

/** Under which key the credit of a subscription stands in its ledgers, whatever its plan. */
export const creditKey = (subscription: string): LimitKey => `${subscription}/${creditName}`;
