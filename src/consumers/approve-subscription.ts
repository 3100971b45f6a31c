import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { findPlan, refuseEnding } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const approveSubscription = defineAction({
  name: "approve-subscription",
  summary: "Approves a subscription that waits for it, or was rejected: its calls are admitted within seconds.",
  scope: "consumers:write",
  input: z.strictObject({ ...subscriptionRef }),
  output: Subscription,
  async decide(input, ctx) {
    const row = await findSubscription(ctx, input.subscription);
    if (row.state === "ended") {
      throw new Problem("state-conflict", { detail: "The subscription has ended. Create it anew." });
    }
    if (row.state !== "active") await refuseEnding(ctx, (await findPlan(ctx, row.product, row.plan)).product);
    return reviseSubscription(ctx, row, { state: "active", reason: null });
  },
});
