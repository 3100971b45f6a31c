import { eq } from "drizzle-orm";
import * as z from "zod";
import { apis, deployments } from "../../schema/catalog.ts";
import { environmentHosts, environments } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context, Effect } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { revise, withoutWorkspace } from "../actions/revise.ts";
import { bucketIndex, firstSegment } from "../model/program.ts";
import { canonicalJson } from "../model/revision.ts";
import { Environment, environmentFields, environmentsOf, findEnvironment, refuseTakenHosts } from "./environment.ts";
import { bucketsOfEnvironment, placeEnvironment } from "./place-environment.ts";

export const updateEnvironment = defineAction({
  name: "update-environment",
  summary: "Changes an environment. New hosts serve all its APIs at once, and those left out serve none.",
  scope: "catalog:write",
  input: z.strictObject({ environment: Ref, ...z.object(environmentFields).partial().shape }),
  output: Environment,
  async decide({ environment: ref, hosts: given, ...fields }, ctx) {
    const row = await findEnvironment(ctx, ref);
    const [before = { ...withoutWorkspace(row), hosts: [] }] = await environmentsOf(ctx, [row]);
    const target = { kind: "environment", id: row.id, edition: row.edition };
    const hosts = given?.toSorted() ?? before.hosts;
    const moved = canonicalJson(hosts) !== canonicalJson(before.hosts);
    const revised = revise(row, fields, ctx.now());
    if (revised === null && !moved) return { unchanged: true, target, output: before };
    const next = revised ?? { ...row, edition: row.edition + 1, updatedAt: ctx.now() };
    const after = { ...withoutWorkspace(next), hosts };
    if (moved) await refuseTakenHosts(ctx, row.id, hosts);
    return {
      target,
      before,
      after,
      output: after,
      statements: [
        ctx.db.update(environments).set(next).where(eq(environments.id, row.id)),
        ...(moved ? await move(ctx, row.id, hosts) : []),
      ],
      effects: moved ? await effectsOf(ctx, row.id, hosts) : [],
    };
  },
});

async function move(ctx: Context, environment: string, hosts: readonly string[]) {
  const { db, workspace } = ctx;
  return [
    db.delete(environmentHosts).where(eq(environmentHosts.environment, environment)),
    ...hosts.map((host) => db.insert(environmentHosts).values({ host, workspace, environment })),
    ...(await placeEnvironment(ctx, environment, hosts)),
  ];
}

/** Buckets that APIs leave, and those that they come to; none while nothing is served there. */
async function effectsOf(ctx: Context, environment: string, hosts: readonly string[]): Promise<Effect[]> {
  const served = await ctx.db
    .select({ id: deployments.version })
    .from(deployments)
    .where(eq(deployments.environment, environment))
    .limit(1);
  if (served.length === 0) return [];
  const prefixes = await ctx.db
    .selectDistinct({ prefix: apis.prefix })
    .from(apis)
    .where(eq(apis.workspace, ctx.workspace));
  const come = hosts.flatMap((host) => prefixes.map(({ prefix }) => bucketIndex(host, firstSegment(prefix))));
  return [distribute({ buckets: [...new Set([...(await bucketsOfEnvironment(ctx, environment)), ...come])] })];
}
