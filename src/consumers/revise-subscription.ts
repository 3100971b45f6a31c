import { eq } from "drizzle-orm";
import { subscriptions } from "../../schema/consumers.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { revise } from "../actions/revise.ts";
import { applicationChanged } from "./application.ts";
import { subscriptionOf, type Subscription, type SubscriptionRow } from "./subscription.ts";

/** Decides that a subscription has this plan or state; the gateway hears of its application. */
export function reviseSubscription(
  ctx: Context,
  row: SubscriptionRow,
  fields: Partial<Pick<SubscriptionRow, "plan" | "state" | "reason" | "overrides">>,
): Decision<Subscription> {
  const target = { kind: "subscription", id: row.id, edition: row.edition };
  const next = revise(row, fields, ctx.now());
  if (next === null) return { unchanged: true, target, output: subscriptionOf(row) };
  return {
    target,
    before: subscriptionOf(row),
    after: subscriptionOf(next),
    output: subscriptionOf(next),
    statements: [ctx.db.update(subscriptions).set(next).where(eq(subscriptions.id, row.id))],
    effects: [applicationChanged(row.application)],
  };
}
