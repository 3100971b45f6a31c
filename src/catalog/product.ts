import { asc, eq } from "drizzle-orm";
import * as z from "zod";
import { productApis, products } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { Description, Name, Ref, Slug, stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { findApi } from "./api.ts";

/** What an operator says about a product. */
export const productFields = {
  slug: Slug,
  name: Name,
  description: Description,
  apis: z
    .array(Ref)
    .max(200)
    .describe("APIs that a subscription opens, by id or slug. Each then needs a subscription."),
};

export const Product = z.object({
  ...stamped,
  ...productFields,
  apis: z.array(z.string()).describe("Ids of the APIs that a subscription opens."),
});
export type Product = z.output<typeof Product>;

export type ProductRow = typeof products.$inferSelect;

export const findProduct = (ctx: Reader, ref: string): Promise<ProductRow> => findRow(ctx, products, ref, "product");

/** The products of these rows, with the ids of their APIs in order. */
export async function productsOf(ctx: Reader, rows: readonly ProductRow[]): Promise<Product[]> {
  const bundled = await ctx.db
    .select()
    .from(productApis)
    .where(rows.length === 1 ? eq(productApis.product, rows[0]?.id ?? "") : eq(productApis.workspace, ctx.workspace))
    .orderBy(asc(productApis.api));
  return rows.map((row) => ({
    ...withoutWorkspace(row),
    apis: bundled.filter(({ product }) => product === row.id).map(({ api }) => api),
  }));
}

/** Ids of the APIs that are named, each once, in order. */
export async function apiIds(ctx: Reader, refs: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const ref of refs) ids.add((await findApi(ctx, ref)).id);
  return [...ids].sort();
}

export function bundle(ctx: Context, product: string, apis: readonly string[]): Statement[] {
  return [
    ctx.db.delete(productApis).where(eq(productApis.product, product)),
    ...apis.map((api) => ctx.db.insert(productApis).values({ workspace: ctx.workspace, product, api })),
  ];
}
