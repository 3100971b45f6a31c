import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { LimitOverride } from "../model/limit-override.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const clearLimitOverride = defineAction({
  name: "clear-limit-override",
  summary: "Puts a limit of one subscription back to what its plan says; what has been used of it stays used.",
  scope: "consumers:write",
  input: z.strictObject({ ...subscriptionRef, limit: LimitOverride.shape.limit }),
  output: Subscription,
  async decide({ subscription, limit }, ctx) {
    const row = await findSubscription(ctx, subscription);
    return reviseSubscription(ctx, row, { overrides: row.overrides.filter((one) => one.limit !== limit) });
  },
});
