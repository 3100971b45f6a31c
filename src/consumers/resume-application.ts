import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { Application, applicationRef, findApplication } from "./application.ts";
import { reviseApplication } from "./revise-application.ts";

export const resumeApplication = defineAction({
  name: "resume-application",
  summary: "Lets a suspended application call again: whatever it was suspended for, or only if a payment was owed.",
  scope: "consumers:write",
  input: z.strictObject({
    ...applicationRef,
    because: z
      .literal("paid")
      .optional()
      .describe("paid: only where a payment was owed; one that an operator has suspended stays so."),
  }),
  output: Application,
  async decide({ application, because }, ctx) {
    const { state } = await findApplication(ctx, application);
    const stays = because === "paid" && state !== "unpaid";
    return reviseApplication(ctx, application, { state: stays ? state : "active" });
  },
});
