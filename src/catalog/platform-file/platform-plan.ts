/** @module What applying a file would do, or has done: the management API's answer, and what the command line reads. Pure. */
import * as z from "zod";

/** A finding with the document it is about; without one it is about the file itself. */
export const PlacedFinding = z.object({
  document: z.string().optional().describe("Path of the document in which it stands; left out: the file itself."),
  pointer: z.string().describe("JSON pointer (RFC 6901) to the place."),
  message: z.string().describe("What is wrong, and how to mend it."),
  severity: z.enum(["error", "warning"]),
});
export type PlacedFinding = z.output<typeof PlacedFinding>;

export const PlatformChange = z.object({
  kind: z.enum(["create", "update", "delete"]),
  resource: z.string().describe("What changes, such as apis/bookshop/versions/v1."),
  before: z.unknown().describe("What it is now, in the words of the file; null for what is new."),
  after: z.unknown().describe("What it will be; null for what is deleted."),
});
export type PlatformChange = z.output<typeof PlatformChange>;

export const PlatformPlan = z.object({
  workspace: z.string(),
  planId: z.string().describe("Names this plan: the state it was made from and the state that it leads to."),
  applied: z.boolean().describe("Whether the changes have been made."),
  changes: z.array(PlatformChange),
  unchanged: z.int().describe("How many resources of the file are as they should be."),
  unmanaged: z
    .array(z.string())
    .describe(
      "Resources of the workspace that the file does not name. They are left alone, unless pruning was asked for.",
    ),
  findings: z.array(PlacedFinding).describe("Warnings; errors refuse the file."),
});
export type PlatformPlan = z.output<typeof PlatformPlan>;
