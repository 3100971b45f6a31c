import { eq } from "drizzle-orm";
import * as z from "zod";
import { apis, productApis, products, versions } from "../../schema/catalog.ts";
import { placements } from "../../schema/distribution.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { apiOf, findApi } from "./api.ts";

export const deleteApi = defineAction({
  name: "delete-api",
  summary: "Deletes an API that has no versions and stands in no product.",
  scope: "catalog:write",
  input: z.strictObject({ api: Ref.describe("Id or slug of the API.") }),
  output: Deleted,
  async decide({ api: ref }, ctx) {
    const row = await findApi(ctx, ref);
    const own = await ctx.db
      .select({ id: versions.id, name: versions.name })
      .from(versions)
      .where(eq(versions.api, row.id));
    const bundling = await ctx.db
      .select({ id: products.id, name: products.slug })
      .from(productApis)
      .innerJoin(products, eq(products.id, productApis.product))
      .where(eq(productApis.api, row.id));
    refuseDependents(
      `The API ${row.slug}`,
      [
        ...own.map(({ id, name }) => ({ kind: "version", id, name: `${row.slug}/${name}` })),
        ...bundling.map((product) => ({ kind: "product", ...product })),
      ],
      "Delete its versions, and take it out of the products.",
    );
    // Without a version it is served nowhere. But the edge may not have heard of the last one's end yet.
    return deletion(
      { kind: "api", id: row.id, edition: row.edition },
      apiOf(row),
      [ctx.db.delete(placements).where(eq(placements.api, row.id)), ctx.db.delete(apis).where(eq(apis.id, row.id))],
      [distribute({ apis: [row.id] })],
    );
  },
});
