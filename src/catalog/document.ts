import * as z from "zod";
import { notFound, type Reader } from "../actions/rows.ts";
import type { RevisionContent } from "../model/revision.ts";
import { readContent } from "./content.ts";

export const ApiDocument = z.object({
  id: z.string().describe("SHA-256 of the text."),
  mediaType: z.string().describe("Media type it was imported with."),
  text: z.string().describe("The document."),
});
export type ApiDocument = z.output<typeof ApiDocument>;

/** The document of a draft or revision. Throws `resource-not-found` where it has none: it is described by operations alone. */
export async function documentOf(
  ctx: Reader,
  { document }: RevisionContent,
  owner: { readonly noun: string; readonly name: string },
): Promise<ApiDocument> {
  if (document === null) throw notFound(`document of ${owner.noun}`, owner.name);
  const { id, mediaType, text } = await readContent(ctx, document);
  return { id, mediaType, text };
}
