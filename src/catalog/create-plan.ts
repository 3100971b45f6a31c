import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { Plan, planFields, planOf } from "./plan.ts";
import { findProduct } from "./product.ts";

export const createPlan = defineAction({
  name: "create-plan",
  summary: "Creates a plan of a product: the limits under which an application may call it.",
  scope: "catalog:write",
  input: z.strictObject({
    product: Ref,
    ...planFields,
    description: planFields.description.default(""),
    approval: planFields.approval.default("automatic"),
    limits: planFields.limits.prefault({}),
  }),
  output: Plan,
  async decide({ product, ...fields }, ctx) {
    const row = {
      id: ctx.makeId("pln"),
      workspace: ctx.workspace,
      product: (await findProduct(ctx, product)).id,
      ...fields,
      ...stamp(ctx.now()),
    };
    const output = planOf(row);
    return {
      target: { kind: "plan", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(plans).values(row)],
      effects: [distribute({ records: [{ kind: "plan", id: row.id }] })],
    };
  },
});
