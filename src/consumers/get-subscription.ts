import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findSubscription, Subscription, subscriptionOf, subscriptionRef } from "./subscription.ts";

export const getSubscription = defineQuery({
  name: "get-subscription",
  summary: "Answers one subscription.",
  scope: "consumers:read",
  input: z.strictObject({ ...subscriptionRef }),
  output: Subscription,
  read: async (input, ctx) => subscriptionOf(await findSubscription(ctx, input.subscription)),
});
