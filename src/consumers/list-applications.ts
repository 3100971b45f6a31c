import * as z from "zod";
import { applications } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf, Ref } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { Application, applicationOf, withinOrganization } from "./application.ts";

export const listApplications = defineQuery({
  name: "list-applications",
  summary: "Lists applications of the workspace, or of one organization, oldest first.",
  scope: "consumers:read",
  input: z.strictObject({ organization: Ref.optional(), ...paged }),
  output: pageOf(Application),
  read: async ({ organization, ...page }, ctx) =>
    listRows(ctx, applications, page, applicationOf, await withinOrganization(ctx, organization)),
});
