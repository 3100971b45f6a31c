import { eq } from "drizzle-orm";
import * as z from "zod";
import { admins, adminTokens } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion } from "../actions/deletion.ts";
import { adminOf, adminRef, findAdmin, refuseHigherRole, refuseLastOwner } from "./admin.ts";
import { forgetPerson } from "./person.ts";

export const deleteAdmin = defineAction({
  name: "delete-admin",
  summary: "Takes an admin out of the workspace, and the admin's tokens with them, at once.",
  scope: "admins:write",
  input: z.strictObject({ ...adminRef }),
  output: Deleted,
  async decide({ admin }, ctx) {
    const found = await findAdmin(ctx, admin);
    const { row } = found;
    refuseHigherRole(ctx.actor, row.role, "/admin");
    await refuseLastOwner(ctx, row);
    return deletion({ kind: "admin", id: row.id, edition: row.edition }, adminOf(found), [
      ctx.db.delete(adminTokens).where(eq(adminTokens.admin, row.id)),
      ctx.db.delete(admins).where(eq(admins.id, row.id)),
      forgetPerson(ctx, row.person),
    ]);
  },
});
