import * as z from "zod";
import { creditGrants } from "../../schema/monetisation.ts";
import { defineAction } from "../actions/action.ts";
import { Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { stamp } from "../actions/revise.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { findSubscription, subscriptionRef } from "../consumers/index.ts";
import { Problem } from "../model/problem.ts";
import { Grant, grantChanged, grantOf, grantTerms, type GrantRow } from "./grant.ts";

export const createGrant = defineAction({
  name: "create-grant",
  summary: "Grants prepaid credit to a subscription: calls may use it within a second of its taking effect.",
  scope: "monetisation:write",
  input: z.strictObject({
    ...subscriptionRef,
    ...environmentRef,
    units: z
      .int()
      .min(1)
      .max(1_000_000_000_000)
      .describe("Units to grant; what a call costs, its plan and policies say."),
    priority: grantTerms.priority.default(100),
    effectiveAt: Time.optional().describe("From when on it can be used, in ms since 1970; at once if left out."),
    expiresAt: grantTerms.expiresAt.default(null),
    note: grantTerms.note.default(""),
  }),
  output: Grant,
  async decide({ subscription: ref, environment: place, effectiveAt, ...terms }, ctx) {
    const subscription = await findSubscription(ctx, ref);
    const environment = await findEnvironment(ctx, place);
    if (subscription.state === "ended" || subscription.state === "rejected") {
      throw new Problem("state-conflict", {
        detail: `The subscription is ${subscription.state}, so nothing could be paid from its credit. Make a new one first.`,
      });
    }
    const now = ctx.now();
    const begins = effectiveAt ?? now;
    if (terms.expiresAt !== null && terms.expiresAt <= Math.max(begins, now)) {
      throw inputInvalid([
        {
          pointer: "/expiresAt",
          message: "It would have ended before it can be used. Name a later time.",
          severity: "error",
        },
      ]);
    }
    const row: GrantRow = {
      id: ctx.makeId("gra"),
      workspace: ctx.workspace,
      environment: environment.id,
      application: subscription.application,
      subscription: subscription.id,
      effectiveAt: begins,
      voidedAt: null,
      ...terms,
      ...stamp(now),
    };
    const output = grantOf(row);
    return {
      target: { kind: "grant", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(creditGrants).values(row)],
      effects: [grantChanged(row.id)],
    };
  },
});
