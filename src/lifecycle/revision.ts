import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { revisions } from "../../schema/catalog.ts";
import { notFound, type Reader } from "../actions/rows.ts";
import { findVersion, readRevisionContent, versionRef } from "../catalog/index.ts";
import type { RevisionContent } from "../model/revision.ts";

/** Names a revision within its version. */
export const revisionRef = {
  ...versionRef,
  revision: z.coerce.number().int().min(1).describe("Number of the revision."),
};

/** The content of the revision of that number. Throws `resource-not-found`. */
export async function readRevision(
  ctx: Reader,
  ref: { readonly api: string; readonly version: string; readonly revision: number },
): Promise<RevisionContent> {
  const { version } = await findVersion(ctx, ref);
  const [row] = await ctx.db
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.version, version.id), eq(revisions.number, ref.revision)));
  if (row === undefined) throw notFound("revision", String(ref.revision));
  return readRevisionContent(ctx, row.id);
}
