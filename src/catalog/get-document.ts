import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { ApiDocument, documentOf } from "./document.ts";
import { readRevisionContent } from "./draft.ts";
import { findVersion, versionRef } from "./version.ts";

export const getDocument = defineQuery({
  name: "get-document",
  summary: "Answers the document of a version's draft, as it was imported.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  output: ApiDocument,
  async read(input, ctx) {
    const { version } = await findVersion(ctx, input);
    return documentOf(ctx, await readRevisionContent(ctx, version.draft), { noun: "version", name: version.name });
  },
});
