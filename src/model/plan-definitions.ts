import { creditName } from "./limit.ts";
import { overridden, overrideOf } from "./limit-override.ts";
import type { CountedLimit, Limit, LimitDefinition, LimitKey } from "./limit.ts";
import type { PlanRecord, SubscriptionRecord } from "./records.ts";

/**
 * A plan's limits as the ledger of a subscriber counts them. They are the subscription's: under another plan, those of the
 * same name and kind go on from what has been used. A change of plan is a new generation, so that nothing that has not heard
 * of it can bring the old plan back.
 */
export function planDefinitions(
  subscription: SubscriptionRecord,
  plan: Pick<PlanRecord, "sequence" | "limits">,
  now: number,
): LimitDefinition[] {
  const { limits, credit } = plan.limits;
  const { id, edition: generation, since, overrides } = subscription;
  const define = (key: LimitKey, limit: CountedLimit): LimitDefinition => {
    return { key, generation, revision: plan.sequence, limit };
  };
  const counted = limits.map((limit) => {
    const isAnchored = limit.algorithm === "quota" && limit.anchor === "subscription";
    const planned: Limit = isAnchored ? { ...limit, anchorAt: since } : limit;
    const override = overrideOf(overrides, limit.name, now);
    const key = `${id}/${limit.name}`;
    if (override === null) return define(key, planned);
    const { expiresAt } = override;
    const definition = define(key, overridden(planned, override));
    return expiresAt === null ? definition : { ...definition, ends: { at: expiresAt, limit: planned } };
  });
  const paid =
    credit === undefined ? [] : [define(creditKey(id), { name: creditName, algorithm: "credit", ...credit })];
  return [...counted, ...paid];
}

/** When these become others by themselves; Infinity: they do not. */
export function definedUntil(definitions: readonly LimitDefinition[]): number {
  return Math.min(Infinity, ...definitions.flatMap(({ ends }) => ends?.at ?? []));
}

/** Under which key the credit of a subscription stands in its ledgers, whatever its plan. No limit has such a name. */
export const creditKey = (subscription: string): LimitKey => `${subscription}/$${creditName}`;
