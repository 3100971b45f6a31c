import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { notFound } from "../actions/rows.ts";
import { findProduct, Product, productsOf } from "./product.ts";

export const getProduct = defineQuery({
  name: "get-product",
  summary: "Answers one product with its APIs.",
  scope: "catalog:read",
  input: z.strictObject({ product: Ref }),
  output: Product,
  async read({ product: ref }, ctx) {
    const [product] = await productsOf(ctx, [await findProduct(ctx, ref)]);
    if (product === undefined) throw notFound("product", ref);
    return product;
  },
});
