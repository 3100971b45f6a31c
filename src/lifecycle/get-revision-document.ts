import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { ApiDocument, documentForm, documentOf, findApi } from "../catalog/index.ts";
import { readRevision, revisionRef } from "./revision.ts";

export const getRevisionDocument = defineQuery({
  name: "get-revision-document",
  summary: "Answers the document of a revision, as it was imported or as OpenAPI 3.1.",
  scope: "catalog:read",
  input: z.strictObject({ ...revisionRef, ...documentForm }),
  output: ApiDocument,
  async read({ as, ...input }, ctx) {
    const content = await readRevision(ctx, input);
    const { style } = await findApi(ctx, input.api);
    return documentOf(ctx, content, { noun: "revision", name: String(input.revision), style, as });
  },
});
