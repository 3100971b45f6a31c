import { and } from "drizzle-orm";
import * as z from "zod";
import { admins } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { paging, searched } from "../actions/paging.ts";
import { Role } from "../model/role.ts";
import { Admin, adminOf, selectAdmins } from "./admin.ts";
import { isExactly } from "../actions/rows.ts";

export const listAdmins = defineQuery({
  name: "list-admins",
  summary: "Lists who manages the workspace.",
  scope: "admins:read",
  input: z.strictObject({ ...searched, role: Role.optional().describe("Only those of this role.") }),
  output: pageOf(Admin),
  async read({ role, ...asked }, ctx) {
    const { where, orderBy, page } = paging(asked, admins);
    const rows = await selectAdmins(ctx, and(where, isExactly([[admins.role, role]])))
      .orderBy(...orderBy)
      .limit(asked.limit + 1);
    return page(rows, ({ row }) => row, adminOf);
  },
});
