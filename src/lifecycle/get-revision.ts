import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { revisions } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { notFound } from "../actions/rows.ts";
import { findVersion, readRevisionContent, versionRef } from "../catalog/index.ts";
import { RevisionContent } from "../model/revision.ts";

export const getRevision = defineQuery({
  name: "get-revision",
  summary: "Answers the content of a revision of a version.",
  scope: "catalog:read",
  input: z.strictObject({
    ...versionRef,
    revision: z.coerce.number().int().min(1).describe("Number of the revision."),
  }),
  output: RevisionContent,
  async read(input, ctx) {
    const { version } = await findVersion(ctx, input);
    const [row] = await ctx.db
      .select({ id: revisions.id })
      .from(revisions)
      .where(and(eq(revisions.version, version.id), eq(revisions.number, input.revision)));
    if (row === undefined) throw notFound("revision", String(input.revision));
    return readRevisionContent(ctx, row.id);
  },
});
