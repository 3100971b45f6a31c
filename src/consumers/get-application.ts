import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Application, applicationOf, applicationRef, findApplication } from "./application.ts";

export const getApplication = defineQuery({
  name: "get-application",
  summary: "Answers one application.",
  scope: "consumers:read",
  input: z.strictObject({ ...applicationRef }),
  output: Application,
  read: async (input, ctx) => applicationOf(await findApplication(ctx, input.application)),
});
