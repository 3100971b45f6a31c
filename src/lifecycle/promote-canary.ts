import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { readRevisionContent } from "../catalog/index.ts";
import { canaryRef, findRunning } from "./canary.ts";
import { deploy, Publication } from "./deploy.ts";

export const promoteCanary = defineAction({
  name: "promote-canary",
  summary: "Publishes a canary's revision to all callers. A rollback brings back what it replaces.",
  scope: "lifecycle:write",
  input: z.strictObject(canaryRef),
  output: Publication,
  async decide(ref, ctx) {
    const { api, version, environment, canary } = await findRunning(ctx, ref);
    const content = await readRevisionContent(ctx, canary.revision);
    return deploy(ctx, { api, version, environment, revision: canary.revision, content });
  },
});
