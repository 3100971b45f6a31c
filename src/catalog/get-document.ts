import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { ApiDocument, documentForm, documentOf } from "./document.ts";
import { readRevisionContent } from "./draft.ts";
import { findVersion, versionRef } from "./version.ts";

export const getDocument = defineQuery({
  name: "get-document",
  summary: "Answers the document of a version's draft, as it was imported or as OpenAPI 3.1.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef, ...documentForm }),
  output: ApiDocument,
  async read({ as, ...input }, ctx) {
    const { api, version } = await findVersion(ctx, input);
    const owner = { noun: "version", name: version.name, style: api.style, as };
    return documentOf(ctx, await readRevisionContent(ctx, version.draft), owner);
  },
});
