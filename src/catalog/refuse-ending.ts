import { eq } from "drizzle-orm";
import { productApis, versions } from "../../schema/catalog.ts";
import type { Reader } from "../actions/rows.ts";
import { Problem } from "../model/problem.ts";
import type { VersionState } from "../model/program.ts";
import type { ProductRow } from "./product.ts";

/** Whether versions in these states take no new subscribers: all that is served has been deprecated or retired. */
export function isEnding(states: readonly VersionState[]): boolean {
  const opened = states.filter((state) => state !== "draft");
  return opened.length > 0 && !opened.includes("published");
}

export function endingMessage(product: string): string {
  return (
    `Everything that ${product} opens is deprecated or retired, which takes no new subscriptions. ` +
    "Publish a version that follows, or subscribe to another product."
  );
}

/** Throws `state-conflict` if all that the product opens has been deprecated or retired: that takes no new subscribers. */
export async function refuseEnding(ctx: Reader, product: ProductRow): Promise<void> {
  const opened = await ctx.db
    .select({ state: versions.state })
    .from(productApis)
    .innerJoin(versions, eq(versions.api, productApis.api))
    .where(eq(productApis.product, product.id));
  if (!isEnding(opened.map(({ state }) => state))) return;
  throw new Problem("state-conflict", { detail: endingMessage(product.slug) });
}
