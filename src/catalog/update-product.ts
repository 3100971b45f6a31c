import { eq } from "drizzle-orm";
import * as z from "zod";
import { products } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { revise, withoutWorkspace } from "../actions/revise.ts";
import { apiIds, bundle, findProduct, Product, productFields, productsOf } from "./product.ts";
import { refuseUnidentified } from "./refuse-unidentified.ts";

export const updateProduct = defineAction({
  name: "update-product",
  summary: "Changes a product. Its APIs change for all subscriptions at once.",
  scope: "catalog:write",
  input: z.strictObject({ product: Ref, ...z.object(productFields).partial().shape }),
  output: Product,
  async decide({ product: ref, apis: refs, ...fields }, ctx) {
    const row = await findProduct(ctx, ref);
    const [before = { ...withoutWorkspace(row), apis: [] }] = await productsOf(ctx, [row]);
    const target = { kind: "product", id: row.id, edition: row.edition };
    const apis = refs === undefined ? before.apis : await apiIds(ctx, refs);
    const added = apis.filter((api) => !before.apis.includes(api));
    const moved = [...added, ...before.apis.filter((api) => !apis.includes(api))];
    await refuseUnidentified(ctx, added);
    const revised = revise(row, fields, ctx.now());
    if (revised === null && moved.length === 0) return { unchanged: true, target, output: before };
    const next = revised ?? { ...row, edition: row.edition + 1, updatedAt: ctx.now() };
    const after = { ...withoutWorkspace(next), apis };
    return {
      target,
      before,
      after,
      output: after,
      statements: [
        ctx.db.update(products).set(next).where(eq(products.id, row.id)),
        ...(moved.length === 0 ? [] : bundle(ctx, row.id, apis)),
      ],
      effects: moved.length === 0 ? [] : [distribute({ apis: moved })],
    };
  },
});
