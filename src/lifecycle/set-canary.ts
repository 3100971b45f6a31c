import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { CanaryPercent } from "../model/canary.ts";
import { canaryRef, CanaryView, changeCanary, findRunning } from "./canary.ts";

export const setCanary = defineAction({
  name: "set-canary",
  summary: "Changes the share of callers that a running canary serves. Whoever is in stays in as it grows.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...canaryRef, percent: CanaryPercent }),
  output: CanaryView,
  async decide({ percent, ...ref }, ctx) {
    const place = await findRunning(ctx, ref);
    const canary = { ...place.canary, percent };
    return changeCanary(ctx, place, canary, canary);
  },
});
