import { and, eq, ne } from "drizzle-orm";
import * as z from "zod";
import { upstreams, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { revise, withoutWorkspace } from "../actions/revise.ts";
import { canonicalJson } from "../model/revision.ts";
import { findUpstream, replaceTargets, Upstream, upstreamFields, upstreamsOf, type UpstreamRow } from "./upstream.ts";

export const updateUpstream = defineAction({
  name: "update-upstream",
  summary: "Changes an upstream. Targets change for all its versions at once; settings when a version is published.",
  scope: "catalog:write",
  input: z.strictObject({ upstream: Ref, ...z.object(upstreamFields).partial().shape }),
  output: Upstream,
  async decide({ upstream: ref, targets = {}, ...fields }, ctx) {
    const row = await findUpstream(ctx, ref);
    const before = await shown(ctx, row);
    const target = { kind: "upstream", id: row.id, edition: row.edition };
    const merged = withoutEmpty({ ...before.targets, ...targets });
    const redirected = canonicalJson(merged) !== canonicalJson(before.targets);
    const revised = revise(row, fields, ctx.now());
    if (revised === null && !redirected) return { unchanged: true, target, output: before };
    const next = revised ?? { ...row, edition: row.edition + 1, updatedAt: ctx.now() };
    const after = { ...withoutWorkspace(next), targets: merged };
    return {
      target,
      before,
      after,
      output: after,
      statements: [
        ctx.db.update(upstreams).set(next).where(eq(upstreams.id, row.id)),
        ...(await replaceTargets(ctx, row.id, targets)),
      ],
      effects: redirected ? await effectsOf(ctx, row) : [],
    };
  },
});

async function shown(ctx: Context, row: UpstreamRow): Promise<Upstream> {
  const [upstream] = await upstreamsOf(ctx, [row]);
  if (upstream === undefined) throw new Error("a row has an upstream");
  return upstream;
}

const withoutEmpty = (targets: Upstream["targets"]): Upstream["targets"] =>
  Object.fromEntries(Object.entries(targets).filter(([, list]) => list.length > 0));

async function effectsOf(ctx: Context, row: UpstreamRow) {
  const served = await ctx.db
    .selectDistinct({ api: versions.api })
    .from(versions)
    .where(and(eq(versions.upstream, row.id), ne(versions.state, "draft")));
  return served.length === 0 ? [] : [distribute({ apis: served.map(({ api }) => api) })];
}
