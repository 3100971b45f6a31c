import { and, eq, ne } from "drizzle-orm";
import * as z from "zod";
import { apis, deployments, upstreams, versions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { mergePatch, patchOf } from "../actions/merge-patch.ts";
import { revise, withoutWorkspace } from "../actions/revise.ts";
import type { Finding } from "../model/problem.ts";
import { Target, UpstreamSettings } from "../model/upstream.ts";
import { canonicalJson } from "../model/revision.ts";
import {
  findUpstream,
  replaceTargets,
  resolveTargets,
  targetsBySlug,
  Upstream,
  upstreamFields,
  upstreamsOf,
  type TargetList,
  type UpstreamRow,
} from "./upstream.ts";

export const updateUpstream = defineAction({
  name: "update-upstream",
  summary: "Changes an upstream. Targets change for all its versions at once; settings when a version is published.",
  scope: "catalog:write",
  input: z.strictObject({
    upstream: Ref,
    slug: upstreamFields.slug.optional(),
    settings: patchOf(UpstreamSettings)
      .optional()
      .describe("Time limits and the like, for what is published from now on. What is left out stays."),
    targets: z
      .record(z.string().min(1), z.array(Target).max(32).nullable())
      .optional()
      .describe(
        "Where calls go, by environment (slug), at once. Environments left out stay; null takes all targets away.",
      ),
  }),
  output: Upstream,
  async decide({ upstream: ref, targets = {}, settings: patch, slug }, ctx) {
    const row = await findUpstream(ctx, ref);
    const before = await shown(ctx, row);
    const target = { kind: "upstream", id: row.id, edition: row.edition };
    const given = Object.entries(targets).map(([environment, list]) => [environment, list ?? []] as const);
    const lists = await resolveTargets(ctx, Object.fromEntries(given));
    await refuseEmptying(ctx, row, lists);
    const named = new Set(lists.map(({ environment }) => environment.slug));
    const kept = Object.entries(before.targets).filter(([slug]) => !named.has(slug));
    const merged = { ...Object.fromEntries(kept), ...targetsBySlug(lists) };
    const redirected = canonicalJson(merged) !== canonicalJson(before.targets);
    const settings = patch === undefined ? undefined : mergePatch(UpstreamSettings, row.settings, patch, "/settings");
    const revised = revise(row, { slug, settings }, ctx.now());
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
        ...replaceTargets(ctx, row.id, lists),
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

/** Throws `input-invalid` where a version is served that would have no target left. */
async function refuseEmptying(ctx: Context, row: UpstreamRow, lists: readonly TargetList[]): Promise<void> {
  const emptied = lists.filter(({ targets }) => targets.length === 0);
  if (emptied.length === 0) return;
  const served = await ctx.db
    .select({ environment: deployments.environment, version: versions.name, api: apis.slug })
    .from(versions)
    .innerJoin(deployments, eq(deployments.version, versions.id))
    .innerJoin(apis, eq(apis.id, versions.api))
    .where(eq(versions.upstream, row.id));
  const findings = emptied.flatMap(({ environment, pointer }): Finding[] => {
    const there = served.find((one) => one.environment === environment.id);
    if (there === undefined) return [];
    const message = `Version ${there.version} of ${there.api} is served in ${environment.slug}. Leave it a target.`;
    return [{ pointer, message, severity: "error" }];
  });
  if (findings.length > 0) throw inputInvalid(findings);
}

async function effectsOf(ctx: Context, row: UpstreamRow) {
  const served = await ctx.db
    .selectDistinct({ api: versions.api })
    .from(versions)
    .where(and(eq(versions.upstream, row.id), ne(versions.state, "draft")));
  return served.length === 0 ? [] : [distribute({ apis: served.map(({ api }) => api) })];
}
