import * as z from "zod";
import { admins } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Name } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { Admin, AdminRole, refuseHigherRole } from "./admin.ts";
import { Email, namePerson } from "./person.ts";

export const createAdmin = defineAction({
  name: "create-admin",
  summary: "Makes somebody an admin of the workspace. What they act with is a token of theirs: see tokens.",
  scope: "admins:write",
  input: z.strictObject({ email: Email, name: Name, role: AdminRole }),
  output: Admin,
  async decide({ email, name, role }, ctx) {
    refuseHigherRole(ctx.actor, role, "/role");
    const person = namePerson(ctx, email);
    const fields = { id: ctx.makeId("adm"), name, role, ...stamp(ctx.now()) };
    const admin = { ...fields, email };
    return {
      target: { kind: "admin", id: fields.id, edition: 0 },
      before: null,
      after: admin,
      output: admin,
      statements: [
        person.statement,
        ctx.db.insert(admins).values({ ...fields, workspace: ctx.workspace, person: person.id }),
      ],
    };
  },
});
