import { and, eq, or } from "drizzle-orm";
import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { Ref, stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { VersionName } from "../model/address.ts";
import { VersionState } from "../model/program.ts";
import { findApi, type ApiRow } from "./api.ts";

/** Names a version within its API. */
export const versionRef = {
  api: Ref.describe("Id or slug of the API."),
  version: Ref.describe("Id or name of the version."),
};

export const Version = z.object({
  ...stamped,
  api: z.string().describe("Id of its API."),
  name: VersionName.describe("Name that calls carry, such as v1."),
  state: VersionState.describe("draft, published, deprecated or retired."),
  successor: z.string().nullable().describe("Id of the version that follows, if one is named."),
  deprecatedAt: z.int().nullable().describe("When it is deprecated, in ms since 1970; null if it is not."),
  sunsetAt: z.int().nullable().describe("When it will stop answering, as its callers are told; null if nobody said."),
  guideUrl: z.string().nullable().describe("Page that tells its callers how to move on."),
  brownouts: z
    .array(z.object({ from: z.int(), to: z.int() }))
    .readonly()
    .describe("When it refuses its calls while it is deprecated, in ms since 1970; `to` is outside."),
  upstream: z.string().nullable().describe("Id of the upstream that answers."),
  draft: z.string().describe("Address of the content that is being worked on; publishing makes it a revision."),
});
export type Version = z.output<typeof Version>;

export type VersionRow = typeof versions.$inferSelect;

export const versionOf = (row: VersionRow): Version => withoutWorkspace(row);

/** The version of that id or name, with its API. Throws `resource-not-found`. */
export async function findVersion(
  ctx: Reader,
  ref: { readonly api: string; readonly version: string },
): Promise<{ readonly api: ApiRow; readonly version: VersionRow }> {
  const api = await findApi(ctx, ref.api);
  return { api, version: await findVersionOf(ctx, api, ref.version) };
}

export async function findVersionOf(ctx: Reader, api: ApiRow, ref: string): Promise<VersionRow> {
  const rows = await ctx.db
    .select()
    .from(versions)
    .where(
      and(
        eq(versions.workspace, ctx.workspace),
        eq(versions.api, api.id),
        or(eq(versions.id, ref), eq(versions.name, ref)),
      ),
    );
  return onlyRow(rows, ref, `version of ${api.slug}`);
}
