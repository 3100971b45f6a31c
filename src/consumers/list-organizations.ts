import * as z from "zod";
import { organizations } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { Organization, organizationOf } from "./organization.ts";

export const listOrganizations = defineQuery({
  name: "list-organizations",
  summary: "Lists the organizations of the workspace.",
  scope: "consumers:read",
  input: z.strictObject({ ...searched }),
  output: pageOf(Organization),
  read: (page, ctx) => listRows(ctx, organizations, page, organizationOf),
});
