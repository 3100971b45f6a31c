import * as z from "zod";
import { organizations } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { stamp } from "../actions/revise.ts";
import { Organization, organizationFields, organizationOf } from "./organization.ts";

export const createOrganization = defineAction({
  name: "create-organization",
  summary: "Creates an organization: a team that consumes APIs.",
  scope: "consumers:write",
  input: z.strictObject({ ...organizationFields }),
  output: Organization,
  async decide(fields, ctx) {
    const row = { id: ctx.makeId("org"), workspace: ctx.workspace, ...fields, ...stamp(ctx.now()) };
    const output = organizationOf(row);
    return {
      target: { kind: "organization", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(organizations).values(row)],
    };
  },
});
