import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { subscriptions } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Ref } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { findPlan, refuseEnding } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { applicationChanged, applicationRef, findApplication } from "./application.ts";
import { Subscription, subscriptionOf, type SubscriptionRow } from "./subscription.ts";

export const createSubscription = defineAction({
  name: "create-subscription",
  summary:
    "Lets an application call the APIs of a product under a plan, once approved where the plan says so. One that has ended is taken up again.",
  scope: "consumers:write",
  input: z.strictObject({
    ...applicationRef,
    product: Ref.describe("Id or slug of the product."),
    plan: Ref.describe("Id or slug of one of the product's plans."),
    approve: z.boolean().default(false).describe("Approve it along with that, where the plan has it wait."),
  }),
  output: Subscription,
  async decide(input, ctx) {
    const application = await findApplication(ctx, input.application);
    const { product, plan } = await findPlan(ctx, input.product, input.plan);
    await refuseEnding(ctx, product);
    const old = await previous(ctx, application.id, product.id);
    const now = ctx.now();
    const row: SubscriptionRow = {
      id: ctx.makeId("sub"),
      workspace: ctx.workspace,
      application: application.id,
      product: product.id,
      overrides: [],
      ...stamp(now),
      ...old,
      plan: plan.id,
      state: plan.approval === "manual" && !input.approve ? "pending" : "active",
      reason: null,
      updatedAt: now,
      edition: (old?.edition ?? 0) + 1,
    };
    const output = subscriptionOf(row);
    return {
      target: { kind: "subscription", id: row.id, edition: old?.edition ?? 0 },
      before: old === undefined ? null : subscriptionOf(old),
      after: output,
      output,
      statements: [
        old === undefined
          ? ctx.db.insert(subscriptions).values(row)
          : ctx.db.update(subscriptions).set(row).where(eq(subscriptions.id, row.id)),
      ],
      effects: [applicationChanged(application.id)],
    };
  },
});

async function previous(ctx: Context, application: string, product: string): Promise<SubscriptionRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.application, application), eq(subscriptions.product, product)));
  if (row?.state === "active" || row?.state === "pending") {
    throw new Problem("already-exists", {
      detail:
        row.state === "active"
          ? "The application has a subscription to this product. Change its plan instead."
          : "The application has asked for a subscription to this product already. Approve or reject it.",
      members: { subscription: row.id },
    });
  }
  return row;
}
