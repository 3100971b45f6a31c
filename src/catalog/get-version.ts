import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findVersion, Version, versionOf, versionRef } from "./version.ts";

export const getVersion = defineQuery({
  name: "get-version",
  summary: "Answers one version of an API.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  output: Version,
  read: async (input, ctx) => versionOf((await findVersion(ctx, input)).version),
});
