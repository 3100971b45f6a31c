import * as z from "zod";

/** A {@link import("../model/problem.ts").Finding} in an output. */
export const Finding = z.object({
  pointer: z.string().describe("Where it stands, as a JSON pointer."),
  message: z.string().describe("What is wrong, and what to do."),
  severity: z.enum(["error", "warning"]).describe("error: was not taken; warning: was taken otherwise than written."),
});
