import { desc, eq } from "drizzle-orm";
import * as z from "zod";
import { revisions } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { findVersion, versionRef } from "../catalog/index.ts";

export const listRevisions = defineQuery({
  name: "list-revisions",
  summary: "Lists the revisions of a version, newest first, at most 200.",
  scope: "catalog:read",
  input: z.strictObject({ ...versionRef }),
  output: z.object({
    items: z.array(
      z.object({
        id: z.string().describe("Address of the content."),
        number: z.int().describe("Number of the revision, counted from 1."),
        createdAt: z.int().describe("When it was first published, in ms since 1970."),
      }),
    ),
  }),
  async read(input, ctx) {
    const { version } = await findVersion(ctx, input);
    const items = await ctx.db
      .select({ id: revisions.id, number: revisions.number, createdAt: revisions.createdAt })
      .from(revisions)
      .where(eq(revisions.version, version.id))
      .orderBy(desc(revisions.number))
      .limit(200);
    return { items };
  },
});
