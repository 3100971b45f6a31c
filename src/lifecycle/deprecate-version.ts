import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { Version, versionRef } from "../catalog/index.ts";
import {
  brownoutsMax,
  explainBrownouts,
  explainOrder,
  GuideUrl,
  inTime,
  type Deprecation,
} from "../model/deprecation.ts";
import { moveState } from "./version-state.ts";

export const deprecateVersion = defineAction({
  name: "deprecate-version",
  summary:
    "Marks a version as deprecated: it is served as before, its callers are told since when, until when and where to go.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...versionRef,
    deprecatedAt: Time.optional().describe(
      "Since when, in ms since 1970; may be ahead. Now, or as it was said before, if left out.",
    ),
    sunsetAt: Time.nullable()
      .optional()
      .describe("When it will stop answering, in ms since 1970; null: nobody knows yet. Nothing is retired by it."),
    guideUrl: GuideUrl.nullable()
      .optional()
      .describe("Page that tells callers how to move on; null: the portal's own page of the version."),
    brownouts: z
      .array(z.strictObject({ from: Time.describe("Its begin, in ms since 1970."), to: Time.describe("Its end.") }))
      .max(brownoutsMax)
      .optional()
      .describe(
        "Times, of at most a day each, in which calls are refused with 503, so that whoever has not moved on notices in time. All of them, in place of those before.",
      ),
  }),
  output: Version,
  decide: ({ deprecatedAt, sunsetAt, guideUrl, brownouts, ...ref }, ctx) =>
    moveState(ctx, ref, {
      from: ["published"],
      to: "deprecated",
      fields: (row) =>
        inOrder({
          deprecatedAt: deprecatedAt ?? row.deprecatedAt ?? ctx.now(),
          sunsetAt: sunsetAt === undefined ? row.sunsetAt : sunsetAt,
          guideUrl: guideUrl === undefined ? row.guideUrl : guideUrl,
          brownouts: brownouts ?? row.brownouts,
        }),
    }),
});

function inOrder(deprecation: Deprecation): Deprecation {
  const message = explainOrder(deprecation);
  if (message !== null) throw inputInvalid([{ pointer: "/sunsetAt", message, severity: "error" }]);
  const fault = explainBrownouts(deprecation.brownouts, deprecation);
  if (fault !== null) {
    throw inputInvalid([{ pointer: `/brownouts/${fault.index}`, message: fault.message, severity: "error" }]);
  }
  return { ...deprecation, brownouts: inTime(deprecation.brownouts) };
}
