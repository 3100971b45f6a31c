/**
 * @module Limits as whoever asks about them sees them: what is left, when it comes back, and where the rest is. Made from what
 * a ledger tells of itself and from what the plans say, so that a limit that nobody has met yet is there too.
 */
import * as z from "zod";
import { algorithmOf, algorithms } from "./ledger/algorithms.ts";
import { ledgerConstants } from "./ledger/constants.ts";
import type { CreditSnapshot, LedgerSnapshot } from "./ledger/messages.ts";
import type { Limit, LimitDefinition, LimitKey } from "./limit.ts";
import { overrideOf } from "./limit-override.ts";
import { creditKey, planDefinitions } from "./plan-definitions.ts";
import type { PlanRecord, SubscriptionRecord } from "./records.ts";

export const LimitView = z.object({
  name: z.string().describe("Name of the limit, as it stands in the RateLimit headers."),
  algorithm: z.enum(["fixed-window", "sliding-window", "token-bucket", "quota", "concurrency"]),
  subscription: z.string().nullable().describe("Id of the subscription whose plan has it; null: a policy has it."),
  plan: z.string().nullable().describe("Short name of that plan; null: a policy has it."),
  policy: z.string().nullable().describe("Id of the policy that has it; null: a plan has it."),
  max: z
    .int()
    .describe("Units that it allows at once or per window or period; calls, where it limits those in flight."),
  override: z
    .object({
      planMax: z.int().describe("What the plan allows."),
      expiresAt: z.int().nullable().describe("When it ends by itself, in ms since 1970; null: it does not."),
    })
    .nullable()
    .describe("Set where this subscription has been given another maximum than its plan's."),
  remaining: z.int().describe("Units that are left, those in leases not counted."),
  resetMs: z.int().describe("Until all that is used now is free again, or the period ends, in ms."),
  idleMax: z
    .int()
    .nullable()
    .describe(
      "Units that may lie idle in gateways at most, for seconds, while a call is refused; 0 where every call asks; null: a policy's, which says itself.",
    ),
  leased: z.int().describe("Units that gateways hold at the moment, to be spent without asking."),
  orphaned: z
    .int()
    .describe(
      "Units that count as spent in this window or period because the gateway that held them is gone. Never billed.",
    ),
});
export type LimitView = z.output<typeof LimitView>;

const units = z.int().min(0);

/** One grant of credit and where its units are: they add up to what was granted. */
export const GrantView = z.object({
  id: z.string().describe("Id of the grant."),
  units: units.describe("Units that were granted."),
  state: z
    .enum(["pending", "open", "expired", "voided"])
    .describe("pending: not effective yet; open: it can be used; expired or voided: no more of it can be."),
  priority: z.int().describe("The lowest is used up first, and of these the one that ends first."),
  effectiveAt: z.int().describe("From when on it can be used, in ms since 1970."),
  expiresAt: z.int().nullable().describe("When it ends, in ms since 1970; null: it does not."),
  pending: units.describe("Units that cannot be used yet."),
  available: units.describe("Units that can be used now."),
  reserved: units.describe("Units that gateways hold for calls, and give back where those cost less."),
  consumed: units.describe("Units that calls have used up."),
  expired: units.describe("Units that were left when it ended."),
  voided: units.describe("Units that were taken back."),
});

export const CreditView = z.object({
  subscription: z.string().describe("Id of the subscription that it is granted to."),
  plan: z.string().describe("Short name of its plan."),
  isPaid: z.boolean().describe("Whether the plan has calls paid from it now."),
  available: units.describe("Units that can be used now."),
  reserved: units.describe("Units that gateways hold for calls, and give back where those cost less."),
  writtenOff: units.describe("Units that calls cost beyond all that there was: never charged to the consumer."),
  grants: z.array(GrantView).describe("In the order in which they are used up."),
});
export type CreditView = z.output<typeof CreditView>;

/** A subscription's limits, by their definitions, and what was given instead of what its plan says. */
export interface SubscribedLimits {
  readonly subscription: string;
  /** Short name of its plan. */
  readonly plan: string;
  readonly definitions: readonly LimitDefinition[];
  readonly overrides: ReadonlyMap<LimitKey, NonNullable<LimitView["override"]>>;
  /** The part of a limit that gateways, or shards, may hold idle. */
  readonly idleShare: number;
}

export function subscribedLimits(
  subscription: SubscriptionRecord,
  plan: Pick<PlanRecord, "sequence" | "slug" | "limits">,
  now: number,
): SubscribedLimits {
  const definitions = planDefinitions(subscription, plan, now);
  const { mode, shards = 1 } = plan.limits;
  const idleShare = mode === "leased" || shards > 1 ? ledgerConstants.share : 0;
  const overrides = plan.limits.limits.flatMap((limit) => {
    const override = overrideOf(subscription.overrides, limit.name, now);
    if (override === null) return [];
    const planMax = algorithmOf(algorithms, limit).stated(limit);
    return [[`${subscription.id}/${limit.name}`, { planMax, expiresAt: override.expiresAt }] as const];
  });
  return { subscription: subscription.id, plan: plan.slug, definitions, overrides: new Map(overrides), idleShare };
}

/** The limits of all subscriptions in their order, then those that policies have and that have been met. */
export function limitViews(
  snapshot: LedgerSnapshot,
  subscribed: readonly SubscribedLimits[],
  now: number,
): LimitView[] {
  const counted = new Map(snapshot.limits.map((one) => [one.key, one]));
  const ofPlans = subscribed.flatMap(({ subscription, plan, definitions, overrides, idleShare }) =>
    definitions.flatMap(({ key, limit }): LimitView[] => {
      if (limit.algorithm === "credit") return [];
      const known = counted.get(key);
      // As the plan has it now; what was counted under an older one of the same kind goes on.
      const isSame = known?.limit.algorithm === limit.algorithm;
      const idleMax = Math.floor(idleShare * algorithmOf(algorithms, limit).stated(limit));
      const own = { subscription, plan, policy: null, override: overrides.get(key) ?? null, idleMax };
      return [{ ...viewOf(limit, isSame ? known : unmet(key, limit, now)), ...own }];
    }),
  );
  const ofPolicies = snapshot.limits.flatMap((one): LimitView[] => {
    const [, policy] = one.key.split("/").slice(0, -1);
    // What stands under a subscription and is no limit of its plan any more counts for nothing.
    if (policy === undefined || one.limit.algorithm === "credit") return [];
    const own = {
      subscription: null,
      plan: null,
      policy: policy.split("@", 1)[0] ?? policy,
      override: null,
      idleMax: null,
    };
    return [{ ...viewOf(one.limit, one), ...own }];
  });
  return [...ofPlans, ...ofPolicies];
}

/** The credit of subscriptions, as far as any was granted or their plans ask for it. */
export function creditViews(snapshot: LedgerSnapshot, subscribed: readonly SubscribedLimits[]): CreditView[] {
  return subscribed.flatMap(({ subscription, plan, definitions }) => {
    const isPaid = definitions.some(({ limit }) => limit.algorithm === "credit");
    const view = creditViewOf(snapshot, { subscription, plan, isPaid });
    return isPaid || view.grants.length > 0 ? [view] : [];
  });
}

/** A subscription's credit; nothing of it where nothing was granted. */
export function creditViewOf(
  { credits = [] }: LedgerSnapshot,
  of: Pick<CreditView, "subscription" | "plan" | "isPaid">,
): CreditView {
  const credit = credits.find(({ key }) => key === creditKey(of.subscription));
  const { available = 0, writtenOff = 0, grants = [] } = credit ?? {};
  const reserved = grants.reduce((sum, { balances }) => sum + balances.escrow, 0);
  return { ...of, available, reserved, writtenOff, grants: grants.map(grantView) };
}

function grantView({ balances, ...grant }: CreditSnapshot["grants"][number]): CreditView["grants"][number] {
  const { escrow: reserved, ...left } = balances;
  return { ...grant, ...left, reserved };
}

type Counted = LedgerSnapshot["limits"][number];

function viewOf(
  limit: Limit,
  counted: Counted,
): Omit<LimitView, "subscription" | "plan" | "policy" | "override" | "idleMax"> {
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
