import { eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { LimitOverride } from "../model/limit-override.ts";
import type { Limit } from "../model/limit.ts";
import { Problem } from "../model/problem.ts";
import { reviseSubscription } from "./revise-subscription.ts";
import { findSubscription, Subscription, subscriptionRef } from "./subscription.ts";

export const setLimitOverride = defineAction({
  name: "set-limit-override",
  summary:
    "Gives one subscription more or less of a limit than its plan, for good or until a time; 0 lets none of its calls through.",
  scope: "consumers:write",
  input: z.strictObject({
    ...subscriptionRef,
    ...LimitOverride.shape,
    expiresAt: Time.nullable().default(null).describe("When it ends by itself, in ms since 1970; null: it does not."),
    reason: LimitOverride.shape.reason.default(""),
  }),
  output: Subscription,
  async decide({ subscription, ...override }, ctx) {
    const row = await findSubscription(ctx, subscription);
    if (row.state === "ended" || row.state === "rejected") {
      throw new Problem("state-conflict", { detail: `The subscription is ${row.state}. Create it anew.` });
    }
    const [plan] = await ctx.db.select({ limits: plans.limits }).from(plans).where(eq(plans.id, row.plan));
    const now = ctx.now();
    refuseUnfit(override, plan?.limits.limits ?? [], now);
    // Those that have ended go with this change.
    const others = row.overrides.filter(
      ({ limit, expiresAt }) => limit !== override.limit && (expiresAt === null || expiresAt > now),
    );
    return reviseSubscription(ctx, row, { overrides: [...others, override] });
  },
});

function refuseUnfit({ limit: name, expiresAt, burstMax }: LimitOverride, limits: readonly Limit[], now: number): void {
  const limit = limits.find((one) => one.name === name);
  if (limit === undefined) {
    const names = limits.map((one) => one.name).join(", ");
    throw unfit("/limit", names === "" ? "The plan has no limits." : `The plan has no such limit. It has: ${names}.`);
  }
  if (expiresAt !== null && expiresAt <= now) {
    throw unfit("/expiresAt", "That time has passed. Name a later one, or null.");
  }
  if (burstMax !== undefined && limit.algorithm !== "token-bucket") {
    throw unfit("/burstMax", "Only a token bucket has a burst: leave it out.");
  }
}

const unfit = (pointer: string, message: string): Problem => inputInvalid([{ pointer, message, severity: "error" }]);
