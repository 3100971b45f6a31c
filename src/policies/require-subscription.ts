import * as z from "zod";
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import type { SubscriptionRecord } from "../model/records.ts";
import { whenThere } from "../model/warm.ts";
import { credentialMissing } from "./challenges.ts";
import { definePolicy } from "./policy.ts";

/** Finds the subscription under which the application calls; its plan's limits are the next policy's business. */
export const requireSubscription = definePolicy({
  type: "require-subscription",
  summary: "Refuses applications that have no active subscription to a product in which the API stands.",
  config: z.strictObject({}),
  role: "guard",
  create(_config, { directory }) {
    return (request, call, next) => {
      if (call.principal === null) throw credentialMissing(call);
      if (call.subscription !== null) return next(request, call);
      return whenThere(directory.application(call.principal.application, call), (application) => {
        const subscription = subscriptionTo(call.match.products, application?.subscriptions ?? []);
        if (subscription === null) throw subscriptionMissing(call);
        call.subscription = subscription;
        return next(request, call);
      });
    };
  },
});

/** Where several subscriptions would do, the product that the API names first decides, so that every isolate agrees. */
function subscriptionTo(
  products: readonly string[],
  subscriptions: readonly SubscriptionRecord[],
): SubscriptionRecord | null {
  for (const product of products) {
    const found = subscriptions.find((subscription) => subscription.product === product);
    if (found !== undefined) return found;
  }
  return null;
}

/** The refusal of an application that has subscribed to nothing in which the API stands. */
export function subscriptionMissing({ match }: Call): Problem {
  return new Problem("subscription-missing", {
    detail:
      match.products.length === 0
        ? `${match.api.name} stands in no product yet, so nobody can subscribe to it. Ask the API's operator.`
        : `Subscribe the application to a product with ${match.api.name} in the developer portal, then call again.`,
  });
}
