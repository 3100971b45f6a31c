import { eq } from "drizzle-orm";
import * as z from "zod";
import { applications, members, organizations } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { Ref } from "../actions/fields.ts";
import { findOrganization, organizationOf } from "./organization.ts";

export const deleteOrganization = defineAction({
  name: "delete-organization",
  summary: "Deletes an organization that has no applications, and who its members are.",
  scope: "consumers:write",
  input: z.strictObject({ organization: Ref.describe("Id or slug of the organization.") }),
  output: Deleted,
  async decide({ organization: ref }, ctx) {
    const row = await findOrganization(ctx, ref);
    const own = await ctx.db
      .select({ id: applications.id, name: applications.slug })
      .from(applications)
      .where(eq(applications.organization, row.id));
    refuseDependents(
      `The organization ${row.slug}`,
      own.map((application) => ({ kind: "application", ...application })),
      "Delete its applications first.",
    );
    return deletion({ kind: "organization", id: row.id, edition: row.edition }, organizationOf(row), [
      ctx.db.delete(members).where(eq(members.organization, row.id)),
      ctx.db.delete(organizations).where(eq(organizations.id, row.id)),
    ]);
  },
});
