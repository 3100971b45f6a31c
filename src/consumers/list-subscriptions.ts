import * as z from "zod";
import { subscriptions } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { applicationRef, findApplication } from "./application.ts";
import { Subscription, subscriptionOf } from "./subscription.ts";
import { findProduct } from "../catalog/index.ts";

export const listSubscriptions = defineQuery({
  name: "list-subscriptions",
  summary: "Lists subscriptions of the workspace, or of one application.",
  scope: "consumers:read",
  input: z.strictObject({
    application: applicationRef.application.optional().describe("Only those of this application."),
    product: Ref.optional().describe("Only those to this product."),
    state: Subscription.shape.state.optional().describe("Only those in this state."),
    ...paged,
  }),
  output: pageOf(Subscription),
  async read({ application, product, state, ...page }, ctx) {
    const own = isExactly([
      [subscriptions.application, application && (await findApplication(ctx, application)).id],
      [subscriptions.product, product && (await findProduct(ctx, product)).id],
      [subscriptions.state, state],
    ]);
    return listRows(ctx, subscriptions, page, subscriptionOf, own);
  },
});
