import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { findPlan } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const updateSubscription = defineAction({
  name: "update-subscription",
  summary:
    "Puts a subscription under another plan of its product, at once. Overrides of limits that both plans have stay.",
  scope: "consumers:write",
  input: z.strictObject({ ...subscriptionRef, plan: Ref.describe("Id or slug of one of the product's plans.") }),
  output: Subscription,
  async decide(input, ctx) {
    const row = await findSubscription(ctx, input.subscription);
    const { plan } = await findPlan(ctx, row.product, input.plan);
    if (row.state === "ended" || row.state === "rejected") {
      throw new Problem("state-conflict", { detail: `The subscription is ${row.state}. Create it anew.` });
    }
    const names = new Set(plan.limits.limits.map(({ name }) => name));
    const overrides = row.overrides.filter(({ limit }) => names.has(limit));
    return reviseSubscription(ctx, row, { plan: plan.id, overrides });
  },
});
