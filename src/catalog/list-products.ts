import * as z from "zod";
import { products } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { Product, productsOf } from "./product.ts";

export const listProducts = defineQuery({
  name: "list-products",
  summary: "Lists the products of the workspace with their APIs.",
  scope: "catalog:read",
  input: z.strictObject({ ...searched }),
  output: pageOf(Product),
  async read(page, ctx) {
    const { items, cursor } = await listRows(ctx, products, page, (row) => row);
    return { items: await productsOf(ctx, items), cursor };
  },
});
