import * as z from "zod";
import { organizations } from "../../schema/consumers.ts";
import { Name, Slug, stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, type Reader } from "../actions/rows.ts";

/** What an operator says about an organization. */
export const organizationFields = { slug: Slug, name: Name };

export const Organization = z.object({ ...stamped, ...organizationFields });
export type Organization = z.output<typeof Organization>;

export type OrganizationRow = typeof organizations.$inferSelect;

export const organizationOf = (row: OrganizationRow): Organization => withoutWorkspace(row);

export const findOrganization = (ctx: Reader, ref: string): Promise<OrganizationRow> =>
  findRow(ctx, organizations, ref, "organization");
