import { and, eq, ne } from "drizzle-orm";
import { productApis, versions } from "../../schema/catalog.ts";
import type { Reader } from "../actions/rows.ts";
import { Problem } from "../model/problem.ts";
import type { ProductRow } from "./product.ts";

/** Throws `state-conflict` if all that the product opens has been deprecated or retired: that takes no new subscribers. */
export async function refuseEnding(ctx: Reader, product: ProductRow): Promise<void> {
  const opened = await ctx.db
    .select({ state: versions.state })
    .from(productApis)
    .innerJoin(versions, eq(versions.api, productApis.api))
    .where(and(eq(productApis.product, product.id), ne(versions.state, "draft")));
  if (opened.length === 0 || opened.some(({ state }) => state === "published")) return;
  throw new Problem("state-conflict", {
    detail:
      `Everything that ${product.slug} opens is deprecated or retired, which takes no new subscriptions. ` +
      "Publish a version that follows, or subscribe to another product.",
  });
}
