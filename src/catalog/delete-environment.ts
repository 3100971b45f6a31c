import { and, eq, gt, isNull, ne, or } from "drizzle-orm";
import * as z from "zod";
import { apis, deployments, upstreamTargets, versions } from "../../schema/catalog.ts";
import { credentials } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts, environments, secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import { Problem } from "../model/problem.ts";
import { secretRecordId } from "../model/records.ts";
import { bucketsOfEnvironment } from "./place-environment.ts";
import { environmentsOf, findEnvironment, type EnvironmentRow } from "./environment.ts";

export const deleteEnvironment = defineAction({
  name: "delete-environment",
  summary:
    "Deletes an environment in which nothing is served and no key counts, with its secrets. Its hosts are free again.",
  scope: "catalog:write",
  input: z.strictObject({ environment: Ref.describe("Id or slug of the environment.") }),
  output: Deleted,
  async decide({ environment: ref }, ctx) {
    const row = await findEnvironment(ctx, ref);
    refuseDependents(
      `The environment ${row.slug}`,
      await dependentsOf(ctx, row),
      "Withdraw what it serves, and revoke its keys.",
    );
    await refuseLast(ctx, row);
    const [shown] = await environmentsOf(ctx, [row]);
    const statements = [
      ctx.db.delete(credentials).where(eq(credentials.environment, row.id)),
      ctx.db.delete(secrets).where(eq(secrets.environment, row.id)),
      ctx.db.delete(upstreamTargets).where(eq(upstreamTargets.environment, row.id)),
      ctx.db.delete(placements).where(eq(placements.environment, row.id)),
      ctx.db.delete(environmentHosts).where(eq(environmentHosts.environment, row.id)),
      ctx.db.delete(environments).where(eq(environments.id, row.id)),
    ];
    const target = { kind: "environment", id: row.id, edition: row.edition };
    return deletion(target, shown, statements, [distribute(await leftBehind(ctx, row))]);
  },
});

async function dependentsOf(ctx: Context, { id }: EnvironmentRow): Promise<Dependent[]> {
  const served = await ctx.db
    .select({ id: versions.id, version: versions.name, api: apis.slug })
    .from(deployments)
    .innerJoin(versions, eq(versions.id, deployments.version))
    .innerJoin(apis, eq(apis.id, versions.api))
    .where(eq(deployments.environment, id));
  const keys = await ctx.db
    .select({ id: credentials.id, name: credentials.name })
    .from(credentials)
    .where(
      and(
        eq(credentials.environment, id),
        isNull(credentials.revokedAt),
        or(isNull(credentials.expiresAt), gt(credentials.expiresAt, ctx.now())),
      ),
    );
  return [
    ...served.map(({ id: version, version: name, api }) => ({ kind: "version", id: version, name: `${api}/${name}` })),
    ...keys.map((key) => ({ kind: "key", ...key })),
  ];
}

/** What the edge still has of the environment: buckets of its hosts, keys and secrets. */
async function leftBehind(ctx: Context, { id }: EnvironmentRow) {
  const keys = await ctx.db.select({ hash: credentials.hash }).from(credentials).where(eq(credentials.environment, id));
  const named = await ctx.db.select({ name: secrets.name }).from(secrets).where(eq(secrets.environment, id));
  return {
    buckets: await bucketsOfEnvironment(ctx, id),
    records: [
      ...keys.map(({ hash }) => ({ kind: "key" as const, id: hash })),
      ...named.map(({ name }) => ({ kind: "secret" as const, id: secretRecordId(id, name) })),
    ],
  };
}

async function refuseLast(ctx: Context, { id, slug }: EnvironmentRow): Promise<void> {
  const others = await ctx.db
    .select({ id: environments.id })
    .from(environments)
    .where(and(eq(environments.workspace, ctx.workspace), ne(environments.id, id)))
    .limit(1);
  if (others.length > 0) return;
  throw new Problem("state-conflict", {
    detail: `${slug} is the workspace's last environment, and without one nothing can be served. Create another first.`,
  });
}
