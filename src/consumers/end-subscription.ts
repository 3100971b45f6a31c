import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const endSubscription = defineAction({
  name: "end-subscription",
  summary: "Ends a subscription: the application may not call the product's APIs any more.",
  scope: "consumers:write",
  input: z.strictObject({ ...subscriptionRef }),
  output: Subscription,
  decide: async (input, ctx) =>
    reviseSubscription(ctx, await findSubscription(ctx, input.subscription), { state: "ended" }),
});
