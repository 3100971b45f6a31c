import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Problem } from "../model/problem.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const rejectSubscription = defineAction({
  name: "reject-subscription",
  summary: "Rejects a subscription that waits for approval, and tells its application why.",
  scope: "consumers:write",
  input: z.strictObject({
    ...subscriptionRef,
    reason: z.string().trim().min(1, "Say why, in a few words.").max(500).describe("Why, for whoever asked."),
  }),
  output: Subscription,
  async decide({ subscription, reason }, ctx) {
    const row = await findSubscription(ctx, subscription);
    if (row.state !== "pending" && row.state !== "rejected") {
      throw new Problem("state-conflict", {
        detail: `The subscription is ${row.state}. Only one that waits for approval is rejected; end an active one.`,
      });
    }
    return reviseSubscription(ctx, row, { state: "rejected", reason });
  },
});
