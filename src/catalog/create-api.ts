import * as z from "zod";
import { apis } from "../../schema/catalog.ts";
import { defineAction } from "../actions/action.ts";
import { stamp } from "../actions/revise.ts";
import { Style } from "../model/program.ts";
import { Api, apiFields, apiOf } from "./api.ts";
import { placeApi } from "./placement.ts";

export const createApi = defineAction({
  name: "create-api",
  summary: "Creates an API. Nothing is served before a version of it is published.",
  scope: "catalog:write",
  input: z.strictObject({
    ...apiFields,
    description: apiFields.description.default(""),
    style: Style.default("rest").describe("How the API is spoken."),
    selector: apiFields.selector.default({ in: "path" }),
    defaultVersion: z
      .null("A new API has no version yet. Create one, then name it here.")
      .default(null)
      .describe("None yet: a version can be named once it is there."),
    fallback: apiFields.fallback.default("refuse"),
    visibility: apiFields.visibility.default("public"),
  }),
  output: Api,
  async decide(input, ctx) {
    const row = { id: ctx.makeId("api"), workspace: ctx.workspace, ...input, ...stamp(ctx.now()) };
    const output = apiOf(row);
    return {
      target: { kind: "api", id: row.id, edition: 0 },
      before: null,
      after: output,
      output,
      statements: [ctx.db.insert(apis).values(row), ...(await placeApi(ctx, row))],
    };
  },
});
