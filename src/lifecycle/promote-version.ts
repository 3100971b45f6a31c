import * as z from "zod";
import { deployments } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { findEnvironment, findVersion, readRevisionContent, versionRef } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { at, deploy, Publication } from "./deploy.ts";

export const promoteVersion = defineAction({
  name: "promote-version",
  summary: "Serves in one environment the very revision that another serves.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    from: Ref.describe("Id or slug of the environment that serves it."),
    environment: Ref.describe("Id or slug of the environment that shall serve it, too."),
  }),
  output: Publication,
  async decide(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const from = await findEnvironment(ctx, input.from);
    const environment = await findEnvironment(ctx, input.environment);
    const [served] = await ctx.db.select().from(deployments).where(at(version, from));
    if (served === undefined) {
      throw new Problem("state-conflict", { detail: `Version ${version.name} is not published in ${from.slug}.` });
    }
    const content = await readRevisionContent(ctx, served.revision);
    return deploy(ctx, { api, version, environment, revision: served.revision, content });
  },
});
