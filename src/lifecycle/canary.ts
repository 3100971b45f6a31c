import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { deployments, revisions, versions } from "../../schema/catalog.ts";
import type { Context } from "../actions/context.ts";
import type { Change } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import { Ref } from "../actions/fields.ts";
import {
  findEnvironment,
  findVersion,
  versionOf,
  versionRef,
  type ApiRow,
  type EnvironmentRow,
  type VersionRow,
} from "../catalog/index.ts";
import { CanaryPercent, type Canary } from "../model/canary.ts";
import { Problem } from "../model/problem.ts";
import { at } from "./deploy.ts";

export const canaryRef = {
  ...versionRef,
  environment: Ref.default("production").describe("Id or slug of the environment."),
};

/** A canary as it is shown. */
export const CanaryView = z.object({
  version: z.string().describe("Id of the version."),
  environment: z.string().describe("Id of the environment."),
  revision: z.string().describe("Address of the new content."),
  number: z.int().describe("Number of that revision."),
  stable: z.int().describe("Number of the revision that all others get."),
  percent: CanaryPercent,
  running: z.boolean().describe("false: it was aborted."),
});
export type CanaryView = z.output<typeof CanaryView>;

export interface Place {
  readonly api: ApiRow;
  readonly version: VersionRow;
  readonly environment: EnvironmentRow;
  readonly deployment: typeof deployments.$inferSelect;
}

/** Where a canary runs or may run. Throws `state-conflict` where the version is not served. */
export async function findPlace(
  ctx: Context,
  ref: { readonly api: string; readonly version: string; readonly environment: string },
): Promise<Place> {
  const { api, version } = await findVersion(ctx, ref);
  const environment = await findEnvironment(ctx, ref.environment);
  const [deployment] = await ctx.db.select().from(deployments).where(at(version, environment));
  if (deployment !== undefined && version.state !== "retired") return { api, version, environment, deployment };
  throw new Problem("state-conflict", {
    detail: `${version.name} is not served in ${environment.slug}, so there is nothing to try a new revision beside. Publish it.`,
  });
}

export async function findRunning(
  ctx: Context,
  ref: Parameters<typeof findPlace>[1],
): Promise<Place & { canary: Canary }> {
  const place = await findPlace(ctx, ref);
  const { canary } = place.deployment;
  if (canary !== null) return { ...place, canary };
  throw new Problem("state-conflict", {
    detail: `No canary of ${place.version.name} runs in ${place.environment.slug}. Start one first.`,
  });
}

/** Decides that this canary runs there from now on, or none; `shown` is what the caller is told of. */
export async function changeCanary(
  ctx: Context,
  place: Place,
  canary: Canary | null,
  shown: Canary,
): Promise<Change<CanaryView>> {
  const { api, version, environment, deployment } = place;
  const numbers = await numbersOf(ctx, version);
  const next = { ...version, edition: version.edition + 1, updatedAt: ctx.now() };
  const describe = (one: Canary | null) => (one === null ? null : { revision: one.revision, percent: one.percent });
  const state = { ...versionOf(version), environment: environment.slug };
  return {
    target: { kind: "version", id: version.id, edition: version.edition },
    before: { ...state, canary: describe(deployment.canary) },
    after: { ...state, edition: next.edition, canary: describe(canary) },
    output: {
      version: version.id,
      environment: environment.id,
      revision: shown.revision,
      number: numbers.get(shown.revision) ?? 1 + Math.max(0, ...numbers.values()),
      stable: numbers.get(deployment.revision) ?? 0,
      percent: shown.percent,
      running: canary !== null,
    },
    statements: [
      ...(numbers.has(shown.revision)
        ? []
        : [
            ctx.db.insert(revisions).values({
              workspace: ctx.workspace,
              version: version.id,
              id: shown.revision,
              number: 1 + Math.max(0, ...numbers.values()),
              createdAt: ctx.now(),
            }),
          ]),
      ctx.db.update(deployments).set({ canary }).where(at(version, environment)),
      ctx.db.update(versions).set(next).where(eq(versions.id, version.id)),
    ],
    effects: [distribute({ apis: [api.id] })],
  };
}

async function numbersOf({ db, workspace }: Context, { id }: VersionRow): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ id: revisions.id, number: revisions.number })
    .from(revisions)
    .where(and(eq(revisions.workspace, workspace), eq(revisions.version, id)));
  return new Map(rows.map(({ id: revision, number }) => [revision, number]));
}
