import * as z from "zod";
import { creditGrants } from "../../schema/monetisation.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Time } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { findSubscription, subscriptionRef } from "../consumers/index.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { creditKey } from "../model/plan-definitions.ts";
import { Problem } from "../model/problem.ts";
import { Grant, grantChanged, grantOf, grantTerms, refuseEnded, type GrantRow } from "./grant.ts";

export const createGrant = defineAction({
  name: "create-grant",
  summary: "Grants prepaid credit to a subscription: calls may use it within seconds of its taking effect.",
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
    refuseEnded(terms.expiresAt, begins, now);
    await refuseMany(ctx, subscription, environment.id);
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

/** An account is one row of its ledger, written with every call that is charged: so it must stay small. */
const grantsMax = 200;

async function refuseMany(
  ctx: Context,
  { id, application }: { readonly id: string; readonly application: string },
  environment: string,
): Promise<void> {
  const ledger = ledgerName({ subject: "app", workspace: ctx.workspace, environment, id: application });
  const { credits = [] } = await ctx.ledgers.peek(ledger);
  const grants = credits.find(({ key }) => key === creditKey(id))?.grants ?? [];
  if (grants.length < grantsMax) return;
  throw new Problem("state-conflict", {
    detail: `The subscription has ${grants.length} grants, those counted that were used up in the last 35 days. Grant more at once, or void what is not needed.`,
  });
}
