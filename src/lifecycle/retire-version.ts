import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { findVersion, Version, versionRef } from "../catalog/index.ts";
import { RetireReason } from "../model/deprecation.ts";
import { refuseCalled } from "./refuse-called.ts";
import { moveState } from "./version-state.ts";

export const retireVersion = defineAction({
  name: "retire-version",
  summary:
    "Retires a version everywhere: calls get 410 and the name of its successor. Refused while applications still call it.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    reason: RetireReason.optional().describe("Why it is retired although applications still call it; for the audit."),
  }),
  output: Version,
  async decide({ reason, ...ref }, ctx) {
    const { version } = await findVersion(ctx, ref);
    if (reason === undefined && version.state !== "retired") await refuseCalled(ctx, version);
    return moveState(ctx, ref, {
      from: ["published", "deprecated"],
      to: "retired",
      ...(reason === undefined ? {} : { note: { reason } }),
    });
  },
});
