import { and, eq, inArray } from "drizzle-orm";
import * as z from "zod";
import { products } from "../../schema/catalog.ts";
import { applications, credentials, subscriptions } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { isUsableKey, keyOf } from "./key.ts";
import { subscriptionOf } from "./subscription.ts";
import { applicationOf, applicationRef, findApplication, type ApplicationRow } from "./application.ts";

export const deleteApplication = defineAction({
  name: "delete-application",
  summary: "Deletes an application whose subscriptions have ended and whose keys are revoked or have ended, with both.",
  scope: "consumers:write",
  input: z.strictObject({ ...applicationRef }),
  output: Deleted,
  async decide(input, ctx) {
    const row = await findApplication(ctx, input.application);
    refuseDependents(
      `The application ${row.slug}`,
      await dependentsOf(ctx, row),
      "End its subscriptions and revoke its keys first.",
    );
    const keys = await ctx.db.select().from(credentials).where(eq(credentials.application, row.id));
    const ended = await ctx.db.select().from(subscriptions).where(eq(subscriptions.application, row.id));
    return deletion(
      { kind: "application", id: row.id, edition: row.edition },
      { ...applicationOf(row), keys: keys.map(keyOf), subscriptions: ended.map(subscriptionOf) },
      [
        ctx.db.delete(credentials).where(eq(credentials.application, row.id)),
        ctx.db.delete(subscriptions).where(eq(subscriptions.application, row.id)),
        ctx.db.delete(applications).where(eq(applications.id, row.id)),
      ],
      [
        distribute({
          records: [
            ...keys.map(({ hash }) => ({ kind: "key" as const, id: hash })),
            { kind: "application", id: row.id },
          ],
        }),
      ],
    );
  },
});

async function dependentsOf(ctx: Context, { id }: ApplicationRow): Promise<Dependent[]> {
  const active = await ctx.db
    .select({ id: subscriptions.id, name: products.slug })
    .from(subscriptions)
    .innerJoin(products, eq(products.id, subscriptions.product))
    .where(and(eq(subscriptions.application, id), inArray(subscriptions.state, ["active", "pending"])));
  const usable = await ctx.db
    .select({ id: credentials.id, name: credentials.name })
    .from(credentials)
    .where(and(eq(credentials.application, id), isUsableKey(ctx.now())));
  return [
    ...active.map((subscription) => ({ kind: "subscription", ...subscription })),
    ...usable.map((key) => ({ kind: "key", ...key })),
  ];
}
