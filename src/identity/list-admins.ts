import { and, asc, eq, gt } from "drizzle-orm";
import * as z from "zod";
import { admins } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf, toPage } from "../actions/fields.ts";
import { Role } from "../model/role.ts";
import { Admin, adminOf, selectAdmins } from "./admin.ts";

export const listAdmins = defineQuery({
  name: "list-admins",
  summary: "Lists who manages the workspace, oldest first.",
  scope: "admins:read",
  input: z.strictObject({ ...paged, role: Role.optional().describe("Only those of this role.") }),
  output: pageOf(Admin),
  async read({ limit, cursor, role }, ctx) {
    const after = and(gt(admins.id, cursor ?? ""), role === undefined ? undefined : eq(admins.role, role));
    const rows = await selectAdmins(ctx, after)
      .orderBy(asc(admins.id))
      .limit(limit + 1);
    return toPage(rows.map(adminOf), limit, (admin) => admin);
  },
});
