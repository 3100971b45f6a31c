import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { deployments, revisions } from "../../schema/catalog.ts";
import { environments } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { findVersion, versionRef } from "../catalog/index.ts";

export const listDeployments = defineQuery({
  name: "list-deployments",
  summary: "Lists where a version is served, and with which revision.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  output: z.object({
    items: z.array(
      z.object({
        environment: z.string().describe("Slug of the environment."),
        revision: z.string().describe("Address of the content that is served."),
        number: z.int().describe("Number of that revision."),
        program: z.string().describe("Hash of the program that the gateway runs."),
        canary: z
          .object({ revision: z.string(), percent: z.number() })
          .nullable()
          .describe("What a share of callers gets instead; null: nobody does."),
        publishedAt: z.int().describe("When it was pointed there, in ms since 1970."),
      }),
    ),
  }),
  async read(input, ctx) {
    const { version } = await findVersion(ctx, input);
    const items = await ctx.db
      .select({
        environment: environments.slug,
        revision: deployments.revision,
        number: revisions.number,
        program: deployments.program,
        canary: deployments.canary,
        publishedAt: deployments.publishedAt,
      })
      .from(deployments)
      .innerJoin(environments, eq(environments.id, deployments.environment))
      .innerJoin(revisions, and(eq(revisions.version, deployments.version), eq(revisions.id, deployments.revision)))
      .where(eq(deployments.version, version.id))
      .orderBy(environments.slug);
    const shown = items.map(({ canary, ...item }) => ({
      ...item,
      canary: canary === null ? null : { revision: canary.revision, percent: canary.percent },
    }));
    return { items: shown };
  },
});
