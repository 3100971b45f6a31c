import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { mergePatch, patchOf } from "../actions/merge-patch.ts";
import { revise } from "../actions/revise.ts";
import { PlanLimits } from "../model/limit.ts";
import { findPlan, Plan, planFields, planOf } from "./plan.ts";

export const updatePlan = defineAction({
  name: "update-plan",
  summary: "Changes a plan. New limits hold for all its subscriptions at once.",
  scope: "catalog:write",
  input: z.strictObject({
    product: Ref,
    plan: Ref,
    ...z.object(planFields).omit({ limits: true }).partial().shape,
    limits: patchOf(PlanLimits)
      .optional()
      .describe("Rate limits and quotas. What is left out stays; lists are replaced."),
  }),
  output: Plan,
  async decide({ product, plan: ref, limits: patch, ...fields }, ctx) {
    const { plan: row } = await findPlan(ctx, product, ref);
    const limits = patch === undefined ? undefined : mergePatch(PlanLimits, row.limits, patch, "/limits");
    const target = { kind: "plan", id: row.id, edition: row.edition };
    const next = revise(row, { ...fields, limits }, ctx.now());
    if (next === null) return { unchanged: true, target, output: planOf(row) };
    return {
      target,
      before: planOf(row),
      after: planOf(next),
      output: planOf(next),
      statements: [ctx.db.update(plans).set(next).where(eq(plans.id, row.id))],
      effects: [distribute({ records: [{ kind: "plan", id: row.id }] })],
    };
  },
});
