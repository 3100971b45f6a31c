import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { canaryRef, CanaryView, changeCanary, findRunning } from "./canary.ts";

export const abortCanary = defineAction({
  name: "abort-canary",
  summary: "Ends a canary: all callers get what is published. Its revision stays, and can be published.",
  scope: "lifecycle:write",
  input: z.strictObject(canaryRef),
  output: CanaryView,
  async decide(ref, ctx) {
    const place = await findRunning(ctx, ref);
    return changeCanary(ctx, place, null, place.canary);
  },
});
