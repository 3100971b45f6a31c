import { and, eq, ne, notExists } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { apis, deployments, plans, productApis, products, versions } from "../../schema/catalog.ts";
import { subscriptions } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import type { Context } from "../actions/context.ts";
import { RetireReason } from "../model/deprecation.ts";
import { planOf } from "./plan.ts";
import { Ref } from "../actions/fields.ts";
import { findProduct, productsOf } from "./product.ts";
import { subscribers } from "./subscribers.ts";

export const deleteProduct = defineAction({
  name: "delete-product",
  summary:
    "Deletes a product that nobody has subscribed to, with its plans. Where it alone asks callers of a served API for a subscription, a reason is needed.",
  scope: "catalog:write",
  input: z.strictObject({
    product: Ref.describe("Id or slug of the product."),
    reason: RetireReason.optional().describe(
      "Why, although APIs that are served then need no subscription and have no limits; for the audit.",
    ),
  }),
  output: Deleted,
  async decide({ product: ref, reason }, ctx) {
    const row = await findProduct(ctx, ref);
    refuseDependents(
      `The product ${row.slug}`,
      await subscribers(ctx, eq(subscriptions.product, row.id)),
      "End the subscriptions first.",
    );
    if (reason === undefined) {
      refuseDependents(
        `The product ${row.slug}`,
        await unlimitedWithout(ctx, row.id),
        "Without it anybody could call without limits. Put the API into another product, or give a reason.",
      );
    }
    const [shown] = await productsOf(ctx, [row]);
    const own = await ctx.db.select().from(plans).where(eq(plans.product, row.id));
    const change = deletion(
      { kind: "product", id: row.id, edition: row.edition },
      { ...shown, plans: own.map(planOf) },
      [
        ctx.db.delete(subscriptions).where(eq(subscriptions.product, row.id)),
        ctx.db.delete(plans).where(eq(plans.product, row.id)),
        ctx.db.delete(productApis).where(eq(productApis.product, row.id)),
        ctx.db.delete(products).where(eq(products.id, row.id)),
      ],
      [distribute({ apis: shown?.apis ?? [], records: own.map(({ id }) => ({ kind: "plan", id })) })],
    );
    return { ...change, after: reason === undefined ? null : { reason } };
  },
});

/** APIs that are served and stand in no other product. */
async function unlimitedWithout({ db }: Context, product: string): Promise<Dependent[]> {
  // Asked for each of the product's APIs, by index: as a set it would hold every API that stands in any product.
  const other = alias(productApis, "other");
  const elsewhere = db
    .select({ api: other.api })
    .from(other)
    .where(and(eq(other.api, apis.id), ne(other.product, product)));
  const rows = await db
    .selectDistinct({ id: apis.id, name: apis.slug })
    .from(productApis)
    .innerJoin(apis, eq(apis.id, productApis.api))
    .innerJoin(versions, and(eq(versions.api, apis.id), ne(versions.state, "retired")))
    .innerJoin(deployments, eq(deployments.version, versions.id))
    .where(and(eq(productApis.product, product), notExists(elsewhere)));
  return rows.map((api) => ({ kind: "api", ...api }));
}
