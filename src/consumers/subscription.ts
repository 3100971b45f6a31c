import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { subscriptions } from "../../schema/consumers.ts";
import { stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { LimitOverride } from "../model/limit-override.ts";
import { SubscriptionState } from "../model/subscription-state.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";

export const subscriptionRef = { subscription: z.string().min(1).max(100).describe("Id of the subscription.") };

export const Subscription = z.object({
  ...stamped,
  application: z.string().describe("Id of the application that may call."),
  product: z.string().describe("Id of the product that it may call."),
  plan: z.string().describe("Id of the plan that limits it."),
  state: SubscriptionState.describe(
    "pending: waits for approval; active: its calls are admitted; rejected or ended: they are not.",
  ),
  reason: z.string().nullable().describe("Why it was rejected; null if it was not."),
  overrides: z.array(LimitOverride).describe("What it has instead of what its plan says of limits."),
});
export type Subscription = z.output<typeof Subscription>;

export type SubscriptionRow = typeof subscriptions.$inferSelect;

export function subscriptionOf(row: SubscriptionRow): Subscription {
  return { ...withoutWorkspace(row), overrides: [...row.overrides] };
}

export async function findSubscription(ctx: Reader, id: string): Promise<SubscriptionRow> {
  const rows = await ctx.db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.workspace, ctx.workspace), eq(subscriptions.id, id)));
  return onlyRow(rows, id, "subscription");
}
