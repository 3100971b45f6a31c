import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Application, applicationRef } from "./application.ts";
import { reviseApplication } from "./revise-application.ts";

export const suspendApplication = defineAction({
  name: "suspend-application",
  summary:
    "Suspends an application: none of its calls is admitted, whatever its key; they get 403, or 402 where a payment is owed.",
  scope: "consumers:write",
  input: z.strictObject({
    ...applicationRef,
    because: z
      .enum(["operator", "unpaid"])
      .default("operator")
      .describe("unpaid: its organization owes a payment, and callers are told so."),
  }),
  output: Application,
  decide: ({ application, because }, ctx) =>
    reviseApplication(ctx, application, { state: because === "unpaid" ? "unpaid" : "suspended" }),
});
