import { eq } from "drizzle-orm";
import * as z from "zod";
import { settings } from "../../schema/workspaces.ts";
import type { Reader } from "../actions/rows.ts";

export const settingsFields = {
  requireIfMatch: z
    .boolean()
    .describe(
      "Whether PUT, PATCH and DELETE need If-Match: without it they are 428, so that nobody changes what they have not seen.",
    ),
};

/** How the workspace is managed. */
export const Settings = z.object({
  edition: z.int().describe("Counts the changes of the settings; 0 while none was ever made."),
  updatedAt: z.int().nullable().describe("When they were last changed, in ms since 1970."),
  ...settingsFields,
});
export type Settings = z.output<typeof Settings>;

type SettingsRow = typeof settings.$inferSelect;

export function settingsOf(row: Pick<SettingsRow, "edition" | "updatedAt" | "requireIfMatch"> | undefined): Settings {
  if (row === undefined) return { edition: 0, updatedAt: null, requireIfMatch: false };
  return { edition: row.edition, updatedAt: row.updatedAt, requireIfMatch: row.requireIfMatch };
}

export async function readSettings({ db, workspace }: Reader): Promise<Settings> {
  const [row] = await db.select().from(settings).where(eq(settings.workspace, workspace));
  return settingsOf(row);
}
