import * as z from "zod";
import { creditGrants } from "../../schema/monetisation.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { findEnvironment } from "../catalog/index.ts";
import { applicationRef, findApplication, findSubscription, subscriptionRef } from "../consumers/index.ts";
import { Grant, grantOf } from "./grant.ts";

export const listGrants = defineQuery({
  name: "list-grants",
  summary: "Lists grants of credit of the workspace, of an application, or of one subscription.",
  scope: "monetisation:read",
  input: z.strictObject({
    subscription: subscriptionRef.subscription.optional().describe("Only those to this subscription."),
    application: applicationRef.application.optional().describe("Only those to this application."),
    environment: Ref.optional().describe("Only those in this environment."),
    ...paged,
  }),
  output: pageOf(Grant),
  async read({ subscription, application, environment, ...page }, ctx) {
    const own = isExactly([
      [creditGrants.subscription, subscription && (await findSubscription(ctx, subscription)).id],
      [creditGrants.application, application && (await findApplication(ctx, application)).id],
      [creditGrants.environment, environment && (await findEnvironment(ctx, environment)).id],
    ]);
    return listRows(ctx, creditGrants, page, grantOf, own);
  },
});
