import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { findSubscription, subscriptionRef } from "../consumers/index.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { CreditView, creditViewOf } from "../model/limit-view.ts";

export const getCredit = defineQuery({
  name: "get-credit",
  summary: "Answers what a subscription has of prepaid credit, grant by grant, as its ledger counts it.",
  scope: "monetisation:read",
  input: z.strictObject({ ...subscriptionRef, ...environmentRef }),
  output: CreditView,
  async read(input, ctx) {
    const subscription = await findSubscription(ctx, input.subscription);
    const environment = await findEnvironment(ctx, input.environment);
    const { workspace } = ctx;
    const ledger = ledgerName({ subject: "app", workspace, environment: environment.id, id: subscription.application });
    const [snapshot, [plan]] = await Promise.all([
      ctx.ledgers.peek(ledger),
      ctx.db.select({ slug: plans.slug, limits: plans.limits }).from(plans).where(eq(plans.id, subscription.plan)),
    ]);
    return creditViewOf(snapshot, {
      subscription: subscription.id,
      plan: plan?.slug ?? "",
      isPaid: plan?.limits.credit !== undefined,
    });
  },
});
