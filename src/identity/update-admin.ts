import { eq } from "drizzle-orm";
import * as z from "zod";
import { admins } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Name } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { Admin, adminOf, adminRef, AdminRole, findAdmin, refuseHigherRole, refuseLastOwner } from "./admin.ts";

export const updateAdmin = defineAction({
  name: "update-admin",
  summary: "Changes an admin's name or role. What the tokens of the admin allow changes with the role, at once.",
  scope: "admins:write",
  input: z.strictObject({ ...adminRef, name: Name.optional(), role: AdminRole.optional() }),
  output: Admin,
  async decide({ admin, ...fields }, ctx) {
    const { row, email } = await findAdmin(ctx, admin);
    const before = adminOf({ row, email });
    const target = { kind: "admin", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: before };
    refuseHigherRole(ctx.actor, row.role, "/admin");
    refuseHigherRole(ctx.actor, next.role, "/role");
    if (next.role !== "owner") await refuseLastOwner(ctx, row);
    const after = adminOf({ row: next, email });
    return {
      target,
      before,
      after,
      output: after,
      statements: [ctx.db.update(admins).set(next).where(eq(admins.id, row.id))],
    };
  },
});
