import { eq } from "drizzle-orm";
import * as z from "zod";
import { organizations } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { findOrganization, Organization, organizationFields, organizationOf } from "./organization.ts";

export const updateOrganization = defineAction({
  name: "update-organization",
  summary: "Changes an organization.",
  scope: "consumers:write",
  input: z.strictObject({ organization: Ref, ...z.object(organizationFields).partial().shape }),
  output: Organization,
  async decide({ organization, ...fields }, ctx) {
    const row = await findOrganization(ctx, organization);
    const target = { kind: "organization", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: organizationOf(row) };
    return {
      target,
      before: organizationOf(row),
      after: organizationOf(next),
      output: organizationOf(next),
      statements: [ctx.db.update(organizations).set(next).where(eq(organizations.id, row.id))],
    };
  },
});
