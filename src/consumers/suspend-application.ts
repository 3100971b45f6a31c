import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Application, applicationRef } from "./application.ts";
import { reviseApplication } from "./revise-application.ts";

export const suspendApplication = defineAction({
  name: "suspend-application",
  summary: "Suspends an application: none of its calls is admitted, whatever its key.",
  scope: "consumers:write",
  input: z.strictObject({ ...applicationRef }),
  output: Application,
  decide: ({ application }, ctx) => reviseApplication(ctx, application, { state: "suspended" }),
});
