import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Application, applicationFields, applicationRef } from "./application.ts";
import { reviseApplication } from "./revise-application.ts";

export const updateApplication = defineAction({
  name: "update-application",
  summary: "Changes the names of an application.",
  scope: "consumers:write",
  input: z.strictObject({ ...applicationRef, ...z.object(applicationFields).partial().shape }),
  output: Application,
  decide: ({ application, ...fields }, ctx) => reviseApplication(ctx, application, fields),
});
