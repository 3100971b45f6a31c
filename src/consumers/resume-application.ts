import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Application, applicationRef } from "./application.ts";
import { reviseApplication } from "./revise-application.ts";

export const resumeApplication = defineAction({
  name: "resume-application",
  summary: "Lets a suspended application call again, whatever it was suspended for.",
  scope: "consumers:write",
  input: z.strictObject({ ...applicationRef }),
  output: Application,
  decide: ({ application }, ctx) => reviseApplication(ctx, application, { state: "active" }),
});
