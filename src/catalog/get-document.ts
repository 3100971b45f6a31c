import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { notFound } from "../actions/rows.ts";
import { readContent } from "./content.ts";
import { readRevisionContent } from "./draft.ts";
import { findVersion, versionRef } from "./version.ts";

export const getDocument = defineQuery({
  name: "get-document",
  summary: "Answers the document of a version's draft, as it was imported.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  output: z.object({
    id: z.string().describe("SHA-256 of the text."),
    mediaType: z.string().describe("Media type it was imported with."),
    text: z.string().describe("The document."),
  }),
  async read(input, ctx) {
    const { version } = await findVersion(ctx, input);
    const { document } = await readRevisionContent(ctx, version.draft);
    if (document === null) throw notFound("document of version", version.name);
    const { id, mediaType, text } = await readContent(ctx, document);
    return { id, mediaType, text };
  },
});
