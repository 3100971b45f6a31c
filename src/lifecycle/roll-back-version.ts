import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { deployments, revisions } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import {
  environmentRef,
  findEnvironment,
  findVersion,
  readRevisionContent,
  versionRef,
  type EnvironmentRow,
  type VersionRow,
} from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { at, deploy, Publication } from "./deploy.ts";

/**
 * Undoes the last deployment in one environment, whatever made it: what is served was published, promoted or rolled back to,
 * and what it replaced there comes back. So a second rollback undoes the first. Who wants to go further names the revision.
 */
export const rollBackVersion = defineAction({
  name: "roll-back-version",
  summary:
    "Undoes a version's last deployment in an environment: serves what it served there before, or the revision that is named. A second rollback undoes the first. The draft stays as it is.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    ...environmentRef,
    revision: z
      .int()
      .min(1)
      .optional()
      .describe("Number of the revision to serve; the one that the environment served before if left out."),
  }),
  output: Publication,
  async decide(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const environment = await findEnvironment(ctx, input.environment);
    const previous = await previousRevision(ctx, version, environment);
    const revision =
      input.revision === undefined
        ? known(previous, version, environment)
        : await numbered(ctx, version, input.revision);
    const content = await readRevisionContent(ctx, revision);
    return deploy(ctx, { api, version, environment, revision, content });
  },
});

/** What the environment served before; null if nothing else. Throws `state-conflict` where the version is not served. */
async function previousRevision(
  ctx: Context,
  version: VersionRow,
  environment: EnvironmentRow,
): Promise<string | null> {
  const [current] = await ctx.db
    .select({ previous: deployments.previous })
    .from(deployments)
    .where(at(version, environment));
  if (current !== undefined) return current.previous;
  throw new Problem("state-conflict", { detail: `Version ${version.name} is not published in ${environment.slug}.` });
}

function known(previous: string | null, version: VersionRow, environment: EnvironmentRow): string {
  if (previous !== null) return previous;
  throw new Problem("state-conflict", {
    detail: `Version ${version.name} has served nothing else in ${environment.slug}. Name the revision to serve.`,
  });
}

async function numbered(ctx: Context, version: VersionRow, number: number): Promise<string> {
  const [found] = await ctx.db
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.version, version.id), eq(revisions.number, number)));
  if (found !== undefined) return found.id;
  throw new Problem("state-conflict", { detail: `Version ${version.name} does not have a revision ${number}.` });
}
