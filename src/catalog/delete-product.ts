import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans, productApis, products } from "../../schema/catalog.ts";
import { subscriptions } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { findProduct, productsOf } from "./product.ts";
import { subscribers } from "./subscribers.ts";

export const deleteProduct = defineAction({
  name: "delete-product",
  summary:
    "Deletes a product that nobody has subscribed to, with its plans. APIs that stand in no other then need no subscription.",
  scope: "catalog:write",
  input: z.strictObject({ product: Ref.describe("Id or slug of the product.") }),
  output: Deleted,
  async decide({ product: ref }, ctx) {
    const row = await findProduct(ctx, ref);
    refuseDependents(
      `The product ${row.slug}`,
      await subscribers(ctx, eq(subscriptions.product, row.id)),
      "End the subscriptions first.",
    );
    const [shown] = await productsOf(ctx, [row]);
    return deletion(
      { kind: "product", id: row.id, edition: row.edition },
      shown,
      [
        ctx.db.delete(subscriptions).where(eq(subscriptions.product, row.id)),
        ctx.db.delete(plans).where(eq(plans.product, row.id)),
        ctx.db.delete(productApis).where(eq(productApis.product, row.id)),
        ctx.db.delete(products).where(eq(products.id, row.id)),
      ],
      [distribute({ apis: shown?.apis ?? [] })],
    );
  },
});
