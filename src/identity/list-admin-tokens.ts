import { eq } from "drizzle-orm";
import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { adminRef, findAdmin } from "./admin.ts";
import { AdminToken, adminTokenOf } from "./admin-token.ts";

export const listAdminTokens = defineQuery({
  name: "list-admin-tokens",
  summary: "Lists the admin tokens of the workspace; never the tokens themselves.",
  scope: "tokens:read",
  input: z.strictObject({
    ...searched,
    admin: adminRef.admin.optional().describe("Only those of this admin, by id or e-mail address."),
  }),
  output: pageOf(AdminToken),
  async read({ admin, ...page }, ctx) {
    const whose = admin === undefined ? undefined : eq(adminTokens.admin, (await findAdmin(ctx, admin)).row.id);
    return listRows(ctx, adminTokens, page, adminTokenOf, whose);
  },
});
