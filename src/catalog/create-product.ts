import * as z from "zod";
import { products } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { stamp } from "../actions/revise.ts";
import { apiIds, bundle, Product, productFields } from "./product.ts";
import { refuseUnidentified } from "./refuse-unidentified.ts";

export const createProduct = defineAction({
  name: "create-product",
  summary: "Creates a product: a bundle of APIs that applications subscribe to.",
  scope: "catalog:write",
  input: z.strictObject({
    ...productFields,
    description: productFields.description.default(""),
    apis: productFields.apis.default([]),
  }),
  output: Product,
  async decide({ apis: refs, ...given }, ctx) {
    const fields = { id: ctx.makeId("prd"), ...given, ...stamp(ctx.now()) };
    const apis = await apiIds(ctx, refs);
    await refuseUnidentified(ctx, apis);
    const output = { ...fields, apis };
    return {
      target: { kind: "product", id: fields.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [
        ctx.db.insert(products).values({ ...fields, workspace: ctx.workspace }),
        ...bundle(ctx, fields.id, apis),
      ],
      effects: apis.length === 0 ? [] : [distribute({ apis })],
    };
  },
});
