import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { Plan, planOf } from "./plan.ts";
import { findProduct } from "./product.ts";

export const listPlans = defineQuery({
  name: "list-plans",
  summary: "Lists the plans of a product.",
  scope: "catalog:read",
  input: z.strictObject({ product: Ref, ...searched }),
  output: pageOf(Plan),
  async read({ product, ...page }, ctx) {
    return listRows(ctx, plans, page, planOf, eq(plans.product, (await findProduct(ctx, product)).id));
  },
});
