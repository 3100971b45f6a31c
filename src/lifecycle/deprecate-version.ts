import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Version, versionRef } from "../catalog/index.ts";
import { moveState } from "./version-state.ts";

export const deprecateVersion = defineAction({
  name: "deprecate-version",
  summary: "Marks a published version as deprecated: it is served as before, and its callers are told.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...versionRef }),
  output: Version,
  decide: (input, ctx) => moveState(ctx, input, ["published"], "deprecated"),
});
