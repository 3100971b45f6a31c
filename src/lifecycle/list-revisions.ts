import { and, desc, eq, lt } from "drizzle-orm";
import * as z from "zod";
import { revisions } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import { findVersion, versionRef } from "../catalog/index.ts";

export const listRevisions = defineQuery({
  name: "list-revisions",
  summary: "Lists the revisions of a version, newest first.",
  scope: "catalog:read",
  input: z.strictObject({
    ...versionRef,
    limit: paged.limit,
    /** The number of the last revision that was shown: they have no other order. */
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, "This is no cursor of revisions. Send back the one that the page before answered.")
      .optional()
      .describe(paged.cursor.description ?? ""),
  }),
  output: pageOf(
    z.object({
      id: z.string().describe("Address of the content."),
      number: z.int().describe("Number of the revision, counted from 1."),
      createdAt: z.int().describe("When it was first published, in ms since 1970."),
    }),
  ),
  async read({ limit, cursor, ...ref }, ctx) {
    const { version } = await findVersion(ctx, ref);
    const older = cursor === undefined ? undefined : lt(revisions.number, Number(cursor));
    const rows = await ctx.db
      .select({ id: revisions.id, number: revisions.number, createdAt: revisions.createdAt })
      .from(revisions)
      .where(and(eq(revisions.version, version.id), older))
      .orderBy(desc(revisions.number))
      .limit(limit + 1);
    const items = rows.slice(0, limit);
    return { items, cursor: rows.length > limit ? String(items.at(-1)?.number) : null };
  },
});
