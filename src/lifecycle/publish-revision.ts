import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { findEnvironment, findVersion, readRevisionContent, versionRef } from "../catalog/index.ts";
import { deploy, Publication } from "./deploy.ts";

/** What a schedule does at its time; nobody asks for it by a route. */
export const publishRevision = defineAction({
  name: "publish-revision",
  summary: "Serves content that was kept, in an environment. What does not compile by now is refused.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    environment: z.string().describe("Id of the environment."),
    revision: z.string().describe("Address of the content."),
  }),
  output: Publication,
  async decide({ environment: ref, revision, ...named }, ctx) {
    const { api, version } = await findVersion(ctx, named);
    const environment = await findEnvironment(ctx, ref);
    const content = await readRevisionContent(ctx, revision);
    return deploy(ctx, { api, version, environment, revision, content });
  },
});
