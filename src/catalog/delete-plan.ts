import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { subscriptions } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { findPlan, planOf } from "./plan.ts";
import { subscribers } from "./subscribers.ts";

export const deletePlan = defineAction({
  name: "delete-plan",
  summary: "Deletes a plan under which nobody has subscribed.",
  scope: "catalog:write",
  input: z.strictObject({
    product: Ref.describe("Id or slug of the product."),
    plan: Ref.describe("Id or slug of one of its plans."),
  }),
  output: Deleted,
  async decide(input, ctx) {
    const { product, plan } = await findPlan(ctx, input.product, input.plan);
    refuseDependents(
      `The plan ${plan.slug} of ${product.slug}`,
      await subscribers(ctx, eq(subscriptions.plan, plan.id)),
      "Put the subscriptions under another plan, or end them.",
    );
    return deletion(
      { kind: "plan", id: plan.id, edition: plan.edition },
      planOf(plan),
      [
        ctx.db.delete(subscriptions).where(eq(subscriptions.plan, plan.id)),
        ctx.db.delete(plans).where(eq(plans.id, plan.id)),
      ],
      [distribute({ records: [{ kind: "plan", id: plan.id }] })],
    );
  },
});
