import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { Description, Name, Slug, stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { PlanLimits } from "../model/limit.ts";
import { findProduct, type ProductRow } from "./product.ts";

/** What an operator says about a plan. */
export const planFields = {
  slug: Slug,
  name: Name,
  description: Description,
  approval: z
    .enum(["automatic", "manual"])
    .describe("manual: a subscription waits until somebody approves it; automatic: it counts at once."),
  limits: PlanLimits.describe("Rate limits and quotas of a subscription under this plan."),
};

export const Plan = z.object({ ...stamped, product: z.string().describe("Id of its product."), ...planFields });
export type Plan = z.output<typeof Plan>;

export type PlanRow = typeof plans.$inferSelect;

export const planOf = (row: PlanRow): Plan => withoutWorkspace(row);

/** The plan of a product by id or slug. Throws `resource-not-found`. */
export async function findPlan(
  ctx: Reader,
  productRef: string,
  ref: string,
): Promise<{ readonly product: ProductRow; readonly plan: PlanRow }> {
  const product = await findProduct(ctx, productRef);
  const plan = await findRow(ctx, plans, ref, `plan of ${product.slug}`, eq(plans.product, product.id));
  return { product, plan };
}
