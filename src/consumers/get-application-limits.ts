import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { plans } from "../../schema/catalog.ts";
import { subscriptions } from "../../schema/consumers.ts";
import { sequenceQuery } from "../../schema/records.ts";
import { defineQuery } from "../actions/action.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { ledgerName } from "../model/ledger/name.ts";
import { CreditView, creditViews, LimitView, limitViews, subscribedLimits } from "../model/limit-view.ts";
import { applicationRef, findApplication } from "./application.ts";

export const getApplicationLimits = defineQuery({
  name: "get-application-limits",
  summary: "Answers what is left of an application's limits in an environment, without spending any of it.",
  scope: "consumers:read",
  input: z.strictObject({ ...applicationRef, ...environmentRef }),
  output: z.object({
    application: z.string().describe("Id of the application."),
    environment: z.string().describe("Id of the environment in which this is counted."),
    verdict: z
      .enum(["suspended", "unpaid", "revoked"])
      .nullable()
      .describe("Why none of its calls is admitted, whatever is left; null: they are."),
    limits: z.array(LimitView),
    ledger: z
      .object({
        restarts: z.int().describe("How often it has lost its memory: restarts, evictions, failed writes."),
        lateCells: z.int().describe("Reports that came two days late, and were counted when they came."),
        holders: z.int().describe("Isolates, or shards, that have asked it within a day."),
        asksPerSecond: z
          .int()
          .describe("How often it is asked. Beyond 400 a plan should be leased, or spread over shards."),
      })
      .describe("How the ledger itself fares."),
    credits: z.array(CreditView).describe("Prepaid credit of its subscriptions, where there is any."),
  }),
  async read(input, ctx) {
    const application = await findApplication(ctx, input.application);
    const environment = await findEnvironment(ctx, input.environment);
    const { workspace } = ctx;
    const ledger = ledgerName({ subject: "app", workspace, environment: environment.id, id: application.id });
    const active = and(eq(subscriptions.application, application.id), eq(subscriptions.state, "active"));
    const [snapshot, [[at], rows]] = await Promise.all([
      ctx.ledgers.peek(ledger),
      ctx.db.batch([
        sequenceQuery(ctx.db),
        ctx.db
          .select({ subscription: subscriptions, limits: plans.limits, slug: plans.slug })
          .from(subscriptions)
          .innerJoin(plans, eq(plans.id, subscriptions.plan))
          .where(active)
          .orderBy(subscriptions.id),
      ]),
    ]);
    const now = ctx.now();
    const sequence = at?.sequence ?? 0;
    const subscribed = rows.map(({ subscription: { createdAt: since, overrides, ...subscription }, limits, slug }) =>
      subscribedLimits({ ...subscription, since, overrides: [...overrides] }, { sequence, slug, limits }, now),
    );
    return {
      application: application.id,
      environment: environment.id,
      verdict: snapshot.verdict?.kind ?? null,
      limits: limitViews(snapshot, subscribed, now),
      ledger: { restarts: 0, lateCells: 0, holders: 0, asksPerSecond: 0, ...snapshot.health },
      credits: creditViews(snapshot, subscribed),
    };
  },
});
