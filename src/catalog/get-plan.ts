import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { findPlan, Plan, planOf } from "./plan.ts";

export const getPlan = defineQuery({
  name: "get-plan",
  summary: "Answers one plan of a product.",
  scope: "catalog:read",
  input: z.strictObject({ product: Ref, plan: Ref }),
  output: Plan,
  read: async ({ product, plan }, ctx) => planOf((await findPlan(ctx, product, plan)).plan),
});
