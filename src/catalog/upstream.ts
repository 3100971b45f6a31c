import { and, asc, eq, inArray } from "drizzle-orm";
import * as z from "zod";
import { upstreams, upstreamTargets } from "../../schema/catalog.ts";
import { environments } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { Slug, stamped } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { toPointer } from "../model/explain-issues.ts";
import type { Finding } from "../model/problem.ts";
import { refusedTarget } from "../model/target-guard.ts";
import { Target, UpstreamSettings } from "../model/upstream.ts";
import { findEnvironment, type EnvironmentRow } from "./environment.ts";

/** What an operator says about an upstream. */
export const upstreamFields = {
  slug: Slug,
  settings: UpstreamSettings.describe("Time limits and the like; a version takes them over when it is published."),
  targets: z
    .record(z.string().min(1), z.array(Target).max(32))
    .describe("Where calls go, by environment (slug); takes effect at once. Environments left out stay as they are."),
};

export const Upstream = z.object({ ...stamped, ...upstreamFields });
export type Upstream = z.output<typeof Upstream>;

export type UpstreamRow = typeof upstreams.$inferSelect;

export const findUpstream = (ctx: Reader, ref: string): Promise<UpstreamRow> =>
  findRow(ctx, upstreams, ref, "upstream");

/** The upstreams of these rows, with their targets by the slugs of environments. */
export async function upstreamsOf(ctx: Reader, rows: readonly UpstreamRow[]): Promise<Upstream[]> {
  if (rows.length === 0) return [];
  const targets = await ctx.db
    .select({ target: upstreamTargets, environment: environments.slug })
    .from(upstreamTargets)
    .innerJoin(environments, eq(environments.id, upstreamTargets.environment))
    .where(
      and(
        eq(upstreamTargets.workspace, ctx.workspace),
        rows.length > 90
          ? undefined
          : inArray(
              upstreamTargets.upstream,
              rows.map((row) => row.id),
            ),
      ),
    )
    .orderBy(asc(upstreamTargets.position));
  return rows.map((row) => {
    const own = targets.filter(({ target }) => target.upstream === row.id);
    const bySlug = Map.groupBy(own, ({ environment }) => environment);
    const shown = [...bySlug].map(([slug, list]) => [
      slug,
      list.map(({ target: { url, weight } }) => ({ url, weight })),
    ]);
    return { ...withoutWorkspace(row), targets: Object.fromEntries(shown) };
  });
}

/** The targets that one environment shall have. */
export interface TargetList {
  readonly environment: EnvironmentRow;
  /** Where the input names it. */
  readonly pointer: string;
  readonly targets: readonly Target[];
}

/**
 * The targets as given, by the environments that they name. Throws `resource-not-found` for an environment that is not there,
 * `input-invalid` where one is named twice, and for targets that the gateway refuses at every call.
 */
export async function resolveTargets(ctx: Context, given: Upstream["targets"]): Promise<TargetList[]> {
  const lists: TargetList[] = [];
  for (const [ref, targets] of Object.entries(given)) {
    const environment = await findEnvironment(ctx, ref);
    lists.push({ environment, pointer: toPointer(["targets", ref]), targets });
  }
  const twice = lists.filter(({ environment }, index) =>
    lists.slice(0, index).some((before) => before.environment.id === environment.id),
  );
  if (twice.length > 0) {
    throw inputInvalid(
      twice.map(({ environment: { slug }, pointer }) =>
        error(pointer, `The environment ${slug} is named twice, by its slug and by its id. Name it once.`),
      ),
    );
  }
  const refused = lists.flatMap(({ pointer, targets }) =>
    targets.flatMap(({ url }, index) => {
      const reason = refusedTarget(new URL(url), ctx);
      return reason === null ? [] : [error(`${pointer}/${index}/url`, `${reason}.`)];
    }),
  );
  if (refused.length > 0) throw inputInvalid(refused);
  return lists;
}

/** The targets as they are shown: by slugs, without environments that have none. */
export function targetsBySlug(lists: readonly TargetList[]): Upstream["targets"] {
  return Object.fromEntries(
    lists.flatMap(({ environment, targets }) => (targets.length === 0 ? [] : [[environment.slug, [...targets]]])),
  );
}

/** Statements that replace the targets of the environments named; those of others stay. */
export function replaceTargets(ctx: Context, upstream: string, lists: readonly TargetList[]): Statement[] {
  return lists.flatMap(({ environment: { id: environment }, targets }) => [
    ctx.db
      .delete(upstreamTargets)
      .where(and(eq(upstreamTargets.upstream, upstream), eq(upstreamTargets.environment, environment))),
    ...targets.map((target, position) =>
      ctx.db.insert(upstreamTargets).values({ workspace: ctx.workspace, upstream, environment, position, ...target }),
    ),
  ]);
}

function error(pointer: string, message: string): Finding {
  return { pointer, message, severity: "error" };
}
