import * as z from "zod";
import { upstreams } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { stamp } from "../actions/revise.ts";
import { replaceTargets, resolveTargets, targetsBySlug, Upstream, upstreamFields } from "./upstream.ts";

export const createUpstream = defineAction({
  name: "create-upstream",
  summary: "Creates an upstream: where calls of a version go, in each environment.",
  scope: "catalog:write",
  input: z.strictObject({
    slug: upstreamFields.slug,
    settings: upstreamFields.settings.prefault({}),
    targets: upstreamFields.targets.default({}),
  }),
  output: Upstream,
  async decide({ slug, settings, targets }, ctx) {
    const fields = { id: ctx.makeId("ups"), slug, settings, ...stamp(ctx.now()) };
    const lists = await resolveTargets(ctx, targets);
    const output = { ...fields, targets: targetsBySlug(lists) };
    return {
      target: { kind: "upstream", id: fields.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [
        ctx.db.insert(upstreams).values({ ...fields, workspace: ctx.workspace }),
        ...replaceTargets(ctx, fields.id, lists),
      ],
    };
  },
});
