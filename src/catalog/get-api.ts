import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { Api, apiOf, findApi } from "./api.ts";

export const getApi = defineQuery({
  name: "get-api",
  summary: "Answers one API.",
  scope: "catalog:read",
  input: z.strictObject({ api: Ref }),
  output: Api,
  read: async (input, ctx) => apiOf(await findApi(ctx, input.api)),
});
