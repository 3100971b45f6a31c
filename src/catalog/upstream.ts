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
import type { Finding } from "../model/problem.ts";
import { Target, UpstreamSettings } from "../model/upstream.ts";

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
  return rows.map((full) => {
    const row = withoutWorkspace(full);
    const own: Record<string, Target[]> = {};
    for (const { target, environment } of targets) {
      if (target.upstream === row.id) (own[environment] ??= []).push({ url: target.url, weight: target.weight });
    }
    return { ...row, targets: own };
  });
}

/** Statements that replace the targets of the environments named. Throws `input-invalid` for what may not be a target. */
export async function replaceTargets(
  ctx: Context,
  upstream: string,
  targets: Readonly<Record<string, readonly Target[]>>,
): Promise<Statement[]> {
  refuseOwnHosts(ctx, targets);
  const statements: Statement[] = [];
  for (const [ref, list] of Object.entries(targets)) {
    const environment = (await findRow(ctx, environments, ref, "environment")).id;
    statements.push(
      ctx.db
        .delete(upstreamTargets)
        .where(and(eq(upstreamTargets.upstream, upstream), eq(upstreamTargets.environment, environment))),
      ...list.map((target, position) =>
        ctx.db.insert(upstreamTargets).values({ workspace: ctx.workspace, upstream, environment, position, ...target }),
      ),
    );
  }
  return statements;
}

/** The gateway refuses them at every call, too; private addresses are its to judge. */
function refuseOwnHosts(ctx: Context, targets: Readonly<Record<string, readonly Target[]>>): void {
  const findings = Object.entries(targets).flatMap(([environment, list]) =>
    list.flatMap(({ url }, index): Finding[] =>
      ctx.ownHosts.includes(new URL(url).hostname)
        ? [
            {
              pointer: `/targets/${environment}/${index}/url`,
              message: "This is Gatehouse's own host: the upstream would call itself.",
              severity: "error",
            },
          ]
        : [],
    ),
  );
  if (findings.length > 0) throw inputInvalid(findings);
}
