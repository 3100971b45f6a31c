import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Version, versionRef } from "../catalog/index.ts";
import { moveState } from "./version-state.ts";

export const retireVersion = defineAction({
  name: "retire-version",
  summary: "Retires a version everywhere: calls get 410 and the name of its successor, if it has one.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...versionRef }),
  output: Version,
  decide: (input, ctx) => moveState(ctx, input, ["published", "deprecated"], "retired"),
});
