import * as z from "zod";
import { notFound, type Reader } from "../actions/rows.ts";
import type { Style } from "../model/program.ts";
import { exporters } from "../protocols/documents.ts";
import type { RevisionContent } from "../model/revision.ts";
import { readContent } from "./content.ts";

export const ApiDocument = z.object({
  id: z.string().describe("SHA-256 of the text as it was imported."),
  mediaType: z.string().describe("Its media type."),
  text: z.string().describe("The document."),
});
export type ApiDocument = z.output<typeof ApiDocument>;

/** In which form a document is asked for. */
export const documentForm = {
  as: z
    .enum(["imported", "3.1"])
    .default("imported")
    .describe("imported: as it was; 3.1: as OpenAPI 3.1, upgraded if it is older."),
};

/** The document of a draft or revision. Throws `resource-not-found` where it has none: it is described by operations alone. */
export async function documentOf(
  ctx: Reader,
  { document }: RevisionContent,
  owner: { readonly noun: string; readonly name: string; readonly style: Style; readonly as: "imported" | "3.1" },
): Promise<ApiDocument> {
  if (document === null) throw notFound(`document of ${owner.noun}`, owner.name);
  const { id, mediaType, text } = await readContent(ctx, document);
  const exporter = owner.as === "imported" ? undefined : exporters[owner.style];
  return { id, ...(exporter === undefined ? { mediaType, text } : exporter(text, mediaType)) };
}
