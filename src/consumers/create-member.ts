import * as z from "zod";
import { members } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { Email, namePerson } from "../identity/index.ts";
import { Member, memberFields } from "./member.ts";
import { findOrganization } from "./organization.ts";

export const createMember = defineAction({
  name: "create-member",
  summary: "Makes somebody a member of an organization.",
  scope: "consumers:write",
  input: z.strictObject({ organization: Ref, email: Email, ...memberFields }),
  output: Member,
  async decide({ organization: ref, email, name, role }, ctx) {
    const organization = await findOrganization(ctx, ref);
    const person = namePerson(ctx, email);
    const fields = { id: ctx.makeId("mem"), organization: organization.id, name, role, ...stamp(ctx.now()) };
    const member = { ...fields, email };
    return {
      target: { kind: "member", id: fields.id, edition: 0 },
      before: null,
      after: member,
      output: member,
      statements: [
        person.statement,
        ctx.db.insert(members).values({ ...fields, workspace: ctx.workspace, person: person.id }),
      ],
    };
  },
});
