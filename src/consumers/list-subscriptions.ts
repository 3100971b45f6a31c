import { eq } from "drizzle-orm";
import * as z from "zod";
import { subscriptions } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { applicationRef, findApplication } from "./application.ts";
import { Subscription, subscriptionOf } from "./subscription.ts";

export const listSubscriptions = defineQuery({
  name: "list-subscriptions",
  summary: "Lists subscriptions of the workspace, or of one application, oldest first.",
  scope: "consumers:read",
  input: z.strictObject({ application: applicationRef.application.optional(), ...paged }),
  output: pageOf(Subscription),
  async read({ application, ...page }, ctx) {
    const own =
      application === undefined
        ? undefined
        : eq(subscriptions.application, (await findApplication(ctx, application)).id);
    return listRows(ctx, subscriptions, page, subscriptionOf, own);
  },
});
