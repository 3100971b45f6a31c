import { eq } from "drizzle-orm";
import * as z from "zod";
import { apis, deployments, versions } from "../../schema/catalog.ts";
import { Description, Name, Slug, stamped } from "../actions/fields.ts";
import { findRow, type Reader } from "../actions/rows.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { Prefix, VersionName } from "../model/address.ts";
import { Style, VersionFallback, VersionSelector } from "../model/program.ts";

/** What an operator says about an API. */
export const apiFields = {
  slug: Slug,
  name: Name,
  description: Description,
  prefix: Prefix,
  selector: VersionSelector.describe("Where a call says which version it wants."),
  defaultVersion: VersionName.nullable().describe("Version that answers when a call names none; null: none does."),
  fallback: VersionFallback.describe(
    "What a call gets that names a version which is not there: refuse: 404 with those that are; default: the default version.",
  ),
  visibility: z.enum(["public", "private"]).describe("Whether the portal shows it to everybody."),
};

export const Api = z.object({
  ...stamped,
  ...apiFields,
  style: Style.describe("How the API is spoken; fixed at creation."),
});
export type Api = z.output<typeof Api>;

export type ApiRow = typeof apis.$inferSelect;

export const apiOf = (row: ApiRow): Api => withoutWorkspace(row);

/** The API of that id or slug in the Context's workspace. Throws `resource-not-found`. */
export const findApi = (ctx: Reader, ref: string): Promise<ApiRow> => findRow(ctx, apis, ref, "API");

/** Whether any version of it is served anywhere: only then must the edge hear of a change. */
export async function isDeployed(ctx: Reader, apiId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: versions.id })
    .from(versions)
    .innerJoin(deployments, eq(deployments.version, versions.id))
    .where(eq(versions.api, apiId))
    .limit(1);
  return rows.length > 0;
}
