import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import {
  environmentRef,
  findEnvironment,
  findVersion,
  readRevisionContent,
  storeRevisionContent,
  versionRef,
} from "../catalog/index.ts";
import { upstreamSettingsOf } from "./compile-version.ts";
import { deploy, Publication } from "./deploy.ts";

export const publishVersion = defineAction({
  name: "publish-version",
  summary: "Makes a revision of a version's draft and serves it in an environment. What does not compile is refused.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...versionRef, ...environmentRef }),
  output: Publication,
  async decide(input, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const environment = await findEnvironment(ctx, input.environment);
    const draft = await readRevisionContent(ctx, version.draft);
    const content = { ...draft, upstream: await upstreamSettingsOf(ctx, version) };
    const revision = await storeRevisionContent(ctx, content);
    return deploy(ctx, { api, version, environment, revision, content });
  },
});
