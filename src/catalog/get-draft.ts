import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { RevisionContent } from "../model/revision.ts";
import { readRevisionContent } from "./draft.ts";
import { findVersion, versionRef } from "./version.ts";

export const getDraft = defineQuery({
  name: "get-draft",
  summary: "Answers the content of a version that is being worked on.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  // A schema of its own: what an answer leads to is told by it.
  output: RevisionContent.extend({}),
  read: async (input, ctx) => readRevisionContent(ctx, (await findVersion(ctx, input)).version.draft),
});
