import * as z from "zod";
import { applications } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { Application, applicationOf, withinOrganization } from "./application.ts";
import { and } from "drizzle-orm";

export const listApplications = defineQuery({
  name: "list-applications",
  summary: "Lists applications of the workspace, or of one organization.",
  scope: "consumers:read",
  input: z.strictObject({
    organization: Ref.optional().describe("Only those of this organization."),
    ...searched,
    state: Application.shape.state.optional().describe("Only those in this state."),
  }),
  output: pageOf(Application),
  async read({ organization, state, ...page }, ctx) {
    const within = and(await withinOrganization(ctx, organization), isExactly([[applications.state, state]]));
    return listRows(ctx, applications, page, applicationOf, within);
  },
});
