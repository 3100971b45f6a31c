import * as z from "zod";

/** What a cache may keep at all; of other statuses it does not know what they mean for later requests (RFC 9111 §3). */
const understood = [200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501];
const seconds = z.int().min(1).max(86_400);

/**
 * Request headers of which the upstream sees the gateway's or the platform's value, never the caller's (gateway/forwarding):
 * a response that varies by one differs by what no later request shows here.
 */
export const saidByGateway =
  /^(?:forwarded|x-forwarded-.*|via|cdn-loop|traceparent|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-.*)$/i;

export const CacheConfig = z.strictObject({
  ttlSeconds: seconds
    .optional()
    .describe(
      "How long a response below 400 stays fresh, whatever lifetime it states. no-store, private and no-cache still hold.",
    ),
  defaultTtlSeconds: seconds
    .optional()
    .describe("How long a response below 400 stays fresh that states no lifetime; without this, it is not kept."),
  statuses: z
    .array(
      z
        .int()
        .refine((status) => understood.includes(status), `A cache can keep these statuses: ${understood.join(", ")}.`),
    )
    .min(1)
    .default([200, 203, 204, 300, 301, 308, 404, 410])
    .describe("Statuses that are kept. Errors only as long as they say themselves."),
  shared: z
    .boolean()
    .default(false)
    .describe(
      "Whether all callers share what is kept. Otherwise only responses that say public or s-maxage are shared; the others are kept for one application alone.",
    ),
  varyBy: z
    .array(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "Write a header name, such as Accept-Language.")
        .refine(
          (name) => !saidByGateway.test(name),
          "The gateway itself sets this header; name one that callers send.",
        ),
    )
    .max(16)
    .default([])
    .describe("Request headers that select among responses, besides those that Vary names."),
  tags: z
    .array(z.string().regex(/^[!-~]{1,128}$/, "Write 1 to 128 printable characters without spaces."))
    .max(32)
    .default([])
    .describe("Tags by which what is kept can be purged."),
  bodyBytesMax: z
    .int()
    .min(0)
    .max(20_971_520)
    .default(1_048_576)
    .describe("Largest body that is kept, in bytes; larger ones stream through."),
  honourClient: z
    .boolean()
    .default(false)
    .describe(
      "Whether no-cache, max-age and min-fresh of a request are obeyed. Otherwise callers cannot make the gateway ask the upstream; no-store and only-if-cached are always obeyed.",
    ),
});
export type CacheConfig = z.output<typeof CacheConfig>;
