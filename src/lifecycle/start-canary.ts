import * as z from "zod";
import { sequenceQuery } from "../../schema/records.ts";
import { defineAction } from "../actions/action.ts";
import { readRevisionContent, storeRevisionContent } from "../catalog/index.ts";
import { CanaryPercent } from "../model/canary.ts";
import { Problem } from "../model/problem.ts";
import { canaryRef, CanaryView, changeCanary, findPlace } from "./canary.ts";
import { compileVersion, revisionInvalid, upstreamSettingsOf } from "./compile-version.ts";
import { storeProgram } from "./program-store.ts";

export const startCanary = defineAction({
  name: "start-canary",
  summary:
    "Makes a revision of a version's draft and serves it to a share of callers, the same ones everywhere, beside what is published. Takes the place of a canary that runs.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...canaryRef, percent: CanaryPercent }),
  output: CanaryView,
  async decide({ percent, ...ref }, ctx) {
    const place = await findPlace(ctx, ref);
    const { api, version, environment, deployment } = place;
    const draft = await readRevisionContent(ctx, version.draft);
    const content = { ...draft, upstream: await upstreamSettingsOf(ctx, version) };
    const revision = await storeRevisionContent(ctx, content);
    if (revision === deployment.revision) {
      throw new Problem("state-conflict", {
        detail: `The draft of ${version.name} is what ${environment.slug} serves already. Change it first.`,
      });
    }
    const { program, findings } = await compileVersion(ctx, {
      api,
      version,
      revision,
      content,
      environment: environment.id,
    });
    if (program === null) throw revisionInvalid(findings);
    const [known] = await sequenceQuery(ctx.db);
    const canary = {
      revision,
      program: await storeProgram(ctx, program),
      percent,
      sequence: (known?.sequence ?? 0) + 1,
    };
    return changeCanary(ctx, place, canary, canary);
  },
});
