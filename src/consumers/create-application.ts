import * as z from "zod";
import { applications } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { stamp } from "../actions/revise.ts";
import { Application, applicationChanged, applicationFields, applicationOf } from "./application.ts";
import { findOrganization } from "./organization.ts";

export const createApplication = defineAction({
  name: "create-application",
  summary: "Creates an application: a program of an organization that calls APIs.",
  scope: "consumers:write",
  input: z.strictObject({ organization: Ref, ...applicationFields }),
  output: Application,
  async decide({ organization, ...fields }, ctx) {
    const row = {
      id: ctx.makeId("app"),
      workspace: ctx.workspace,
      organization: (await findOrganization(ctx, organization)).id,
      ...fields,
      state: "active" as const,
      ...stamp(ctx.now()),
    };
    const output = applicationOf(row);
    return {
      target: { kind: "application", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(applications).values(row)],
      effects: [applicationChanged(row.id)],
    };
  },
});
