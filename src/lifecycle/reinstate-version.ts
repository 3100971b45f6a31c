import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Version, versionRef } from "../catalog/index.ts";
import { notDeprecated } from "../model/deprecation.ts";
import { moveState } from "./version-state.ts";

export const reinstateVersion = defineAction({
  name: "reinstate-version",
  summary: "Makes a deprecated or retired version a published one again, with the revisions it points to.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...versionRef }),
  output: Version,
  decide: (input, ctx) =>
    moveState(ctx, input, { from: ["deprecated", "retired"], to: "published", fields: () => notDeprecated }),
});
