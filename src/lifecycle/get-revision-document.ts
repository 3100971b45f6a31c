import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { ApiDocument, documentOf } from "../catalog/index.ts";
import { readRevision, revisionRef } from "./revision.ts";

export const getRevisionDocument = defineQuery({
  name: "get-revision-document",
  summary: "Answers the document of a revision, as it was imported.",
  scope: "catalog:read",
  input: z.strictObject(revisionRef),
  output: ApiDocument,
  async read(input, ctx) {
    const content = await readRevision(ctx, input);
    return documentOf(ctx, content, { noun: "revision", name: String(input.revision) });
  },
});
