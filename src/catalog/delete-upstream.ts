import { eq } from "drizzle-orm";
import * as z from "zod";
import { apis, upstreams, upstreamTargets, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { Ref } from "../actions/fields.ts";
import { findUpstream, upstreamsOf } from "./upstream.ts";

export const deleteUpstream = defineAction({
  name: "delete-upstream",
  summary: "Deletes an upstream that no version points to.",
  scope: "catalog:write",
  input: z.strictObject({ upstream: Ref.describe("Id or slug of the upstream.") }),
  output: Deleted,
  async decide({ upstream: ref }, ctx) {
    const row = await findUpstream(ctx, ref);
    const pointing = await ctx.db
      .select({ id: versions.id, version: versions.name, api: apis.slug })
      .from(versions)
      .innerJoin(apis, eq(apis.id, versions.api))
      .where(eq(versions.upstream, row.id));
    refuseDependents(
      `The upstream ${row.slug}`,
      pointing.map(({ id, version, api }) => ({ kind: "version", id, name: `${api}/${version}` })),
      "Point the versions to another upstream, or delete them.",
    );
    const [shown] = await upstreamsOf(ctx, [row]);
    return deletion({ kind: "upstream", id: row.id, edition: row.edition }, shown, [
      ctx.db.delete(upstreamTargets).where(eq(upstreamTargets.upstream, row.id)),
      ctx.db.delete(upstreams).where(eq(upstreams.id, row.id)),
    ]);
  },
});
