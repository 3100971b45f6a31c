import * as z from "zod";
import { ledgerName } from "../model/ledger/name.ts";
import type { Match } from "../model/call.ts";
import type { LimitDefinition, PlanLimits } from "../model/limit.ts";
import { definedUntil, planDefinitions } from "../model/plan-definitions.ts";
import type { PlanRecord, SubscriptionRecord } from "../model/records.ts";
import { Problem } from "../model/problem.ts";
import { whenThere } from "../model/warm.ts";
import { credentialMissing } from "./challenges.ts";
import { definePolicy } from "./policy.ts";
import { subscriptionMissing } from "./require-subscription.ts";

/** Made once for a subscription and plan as they were read, so that the ledger's side knows such calls by identity. */
const known = new WeakMap<
  SubscriptionRecord,
  { readonly plan: PlanRecord; readonly made: readonly LimitDefinition[]; readonly until: number }
>();

function definitionsOf(subscription: SubscriptionRecord, plan: PlanRecord, now: number): readonly LimitDefinition[] {
  const before = known.get(subscription);
  if (before?.plan === plan && now < before.until) return before.made;
  const made = planDefinitions(subscription, plan, now);
  known.set(subscription, { plan, made, until: definedUntil(made) });
  return made;
}

/** The units that a plan asks for calls of this operation, if it says so. */
function weightOf(weights: PlanLimits["weights"], { api, operation }: Match): number | null {
  const weight = weights?.find((one) => one.operation === operation && (one.api === undefined || one.api === api.slug));
  return weight?.units ?? null;
}

/** Only demands; the engine asks the ledger once for all limiters that stand side by side. */
export const planLimits = definePolicy({
  type: "plan-limits",
  summary:
    "Holds calls to the rate limits, quotas and prepaid credit of the plan under which the application has subscribed.",
  config: z.strictObject({}),
  role: "limiter",
  create(_config, { directory }) {
    return (request, call, next) => {
      const { principal, subscription } = call;
      if (principal === null || subscription === null) {
        // Without a product there is no plan to hold anybody to; with one, what cannot be counted must not pass.
        if (call.match.products.length === 0) return next(request, call);
        throw principal === null ? credentialMissing(call) : subscriptionMissing(call);
      }
      return whenThere(directory.plan(subscription.plan, call), (plan) => {
        if (plan?.workspace !== call.match.workspace) {
          throw new Problem("revision-unusable", {
            detail: "The plan of the application's subscription cannot be found, so its limits cannot be kept.",
            cause: `plan ${subscription.plan} of subscription ${subscription.id}`,
          });
        }
        const { limits, mode, onFailure, shards = 1, weights, credit } = plan.limits;
        call.units = weightOf(weights, call.match) ?? call.units;
        if (limits.length > 0 || credit !== undefined) {
          const { workspace, environment } = call.match;
          call.demands.push({
            ledger: ledgerName({ subject: "app", workspace, environment, id: principal.application }),
            shards,
            definitions: definitionsOf(subscription, plan, call.startedAt),
            cost: call.units,
            variable: call.costOf !== null,
            mode,
            onFailure,
            credential: principal.credential,
          });
        }
        return next(request, call);
      });
    };
  },
});
