import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Problem } from "../model/problem.ts";
import { Application, applicationRef, findApplication } from "./application.ts";
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
  async decide({ application, because }, ctx) {
    if (because === "operator") return reviseApplication(ctx, application, { state: "suspended" });
    const { state, slug } = await findApplication(ctx, application);
    // Or whoever lifts it when it is paid would lift what somebody else has decided.
    if (state === "suspended") {
      throw new Problem("state-conflict", {
        detail: `The application ${slug} is suspended by an operator already, and stays so whether it pays or not.`,
      });
    }
    return reviseApplication(ctx, application, { state: "unpaid" });
  },
});
