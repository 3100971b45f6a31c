import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { findOrganization, Organization, organizationOf } from "./organization.ts";

export const getOrganization = defineQuery({
  name: "get-organization",
  summary: "Answers one organization.",
  scope: "consumers:read",
  input: z.strictObject({ organization: Ref }),
  output: Organization,
  read: async (input, ctx) => organizationOf(await findOrganization(ctx, input.organization)),
});
