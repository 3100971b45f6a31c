/** @module Upstream: where calls go, and how long they may take. */
import * as z from "zod";

const httpUrl = z
  .url({ protocol: /^https?$/, message: "Write an absolute http or https address, such as https://books.internal." })
  .max(2_048, "Write an address of at most 2,048 characters.")
  .refine((value) => {
    if (!URL.canParse(value)) return true;
    const url = new URL(value);
    return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  }, "Leave out user, password, query and fragment: credentials belong in secrets.");

/** One place that answers. `weight` shares calls out among several. */
export const Target = z.strictObject({
  url: httpUrl.describe("Base address; its path is put in front of the operation's path."),
  weight: z.int().min(1).max(1_000).default(1).describe("Share of calls among the targets."),
});
export type Target = z.output<typeof Target>;

/** Time limits in ms. `firstByteMs` ends with the response's head; the others hold for bodies that do not come in one piece. */
export const UpstreamTimeouts = z.strictObject({
  firstByteMs: z.int().min(10).max(300_000).default(30_000).describe("Longest wait for the response's headers, in ms."),
  idleMs: z
    .int()
    .min(10)
    .max(300_000)
    .default(60_000)
    .describe("Longest silence within a body of over 16 KiB or of unknown length, in ms."),
  totalMs: z
    .int()
    .min(10)
    .max(3_600_000)
    .default(600_000)
    .describe("Longest time for the whole of such a body, in ms."),
});
export type UpstreamTimeouts = z.output<typeof UpstreamTimeouts>;

/** An upstream as a revision keeps it; targets come per environment. */
export const UpstreamSettings = z.strictObject({
  timeouts: UpstreamTimeouts.prefault({}).describe("Time limits of a call."),
  hostHeader: z
    .enum(["target"])
    .default("target")
    .describe("The Host that the upstream sees; the caller's stands in Forwarded and X-Forwarded-Host."),
});
export type UpstreamSettings = z.output<typeof UpstreamSettings>;
