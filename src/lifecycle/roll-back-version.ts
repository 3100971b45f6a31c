import { and, desc, eq, lt } from "drizzle-orm";
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

export const rollBackVersion = defineAction({
  name: "roll-back-version",
  summary: "Serves an earlier revision of a version again. The draft stays as it is.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    ...environmentRef,
    revision: z.int().min(1).optional().describe("Number of the revision; the one before the current if left out."),
  }),
  output: Publication,
  async decide(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const environment = await findEnvironment(ctx, input.environment);
    const revision = await earlierRevision(ctx, version, environment, input.revision);
    const content = await readRevisionContent(ctx, revision);
    return deploy(ctx, { api, version, environment, revision, content });
  },
});

async function earlierRevision(
  ctx: Context,
  version: VersionRow,
  environment: EnvironmentRow,
  number: number | undefined,
): Promise<string> {
  const [current] = await ctx.db
    .select({ number: revisions.number })
    .from(deployments)
    .innerJoin(revisions, and(eq(revisions.version, deployments.version), eq(revisions.id, deployments.revision)))
    .where(at(version, environment));
  if (current === undefined) {
    throw new Problem("state-conflict", { detail: `Version ${version.name} is not published in ${environment.slug}.` });
  }
  const [found] = await ctx.db
    .select({ id: revisions.id })
    .from(revisions)
    .where(
      and(
        eq(revisions.version, version.id),
        number === undefined ? lt(revisions.number, current.number) : eq(revisions.number, number),
      ),
    )
    .orderBy(desc(revisions.number))
    .limit(1);
  if (found === undefined) {
    const which = number === undefined ? "an earlier revision" : `a revision ${number}`;
    throw new Problem("state-conflict", { detail: `Version ${version.name} does not have ${which}.` });
  }
  return found.id;
}
