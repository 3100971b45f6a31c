import * as z from "zod";
import type { Ended } from "../model/call.ts";
import { statusClass } from "../model/usage.ts";
import { definePolicy } from "./policy.ts";

const unitsMax = 1_000_000_000;
const bytesPerUnit = z
  .int()
  .min(1)
  .max(1_000_000_000)
  .describe("Bytes that make a unit; a part of one counts as a whole.");

const CallCostConfig = z.strictObject({
  units: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(1)
    .describe(
      "Units that a call costs. Where that is known only when it has ended: what is reserved until then; name the most that a call can cost, as limits may be passed by what it costs beyond.",
    ),
  from: z
    .discriminatedUnion("of", [
      z.strictObject({
        of: z.literal("response-header"),
        name: z
          .string()
          .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "Use the name of a header, such as X-Cost.")
          .describe("Header of the upstream's response that holds a whole number of units."),
        isPassedOn: z.boolean().default(false).describe("Whether the caller gets to see the header."),
      }),
      z.strictObject({ of: z.literal("response-bytes"), bytesPerUnit }),
      z.strictObject({ of: z.literal("request-bytes"), bytesPerUnit }),
    ])
    .optional()
    .describe("Where the cost is known from when the call has ended. Without it, every call costs `units`."),
  statuses: z
    .array(z.enum(["2xx", "3xx", "4xx", "5xx"]))
    .min(1)
    .optional()
    .describe("Calls that are answered otherwise cost nothing. Without it, all cost what they cost."),
});

/**
 * Says what a call costs, before limiters count it. What is known only at its end is reserved, and settled then: the limits
 * of the plan hold it all the time in between.
 */
export const callCost = definePolicy({
  type: "call-cost",
  summary: "Says how many units a call costs: a fixed number, or by its response, its size or its status.",
  config: CallCostConfig,
  role: "pricing",
  create({ units, from, statuses }) {
    const classes = statuses === undefined ? null : new Set<string>(statuses);
    if (from === undefined && classes === null) {
      return (request, call, next) => {
        call.units = units;
        return next(request, call);
      };
    }
    return async (request, call, next) => {
      call.units = units;
      let counted: number | null = null;
      call.costOf = (ended) => {
        if (classes !== null && !classes.has(statusClass(ended.status))) return 0;
        // A plan may have set another weight meanwhile: it stands where nothing else was counted.
        return counted ?? sizeOf(from, ended) ?? call.units;
      };
      const response = await next(request, call);
      if (from?.of !== "response-header") return response;
      counted = unitsIn(response.headers.get(from.name));
      // Rebuilding the answer to a WebSocket handshake would drop the socket.
      if (from.isPassedOn || response.status === 101 || !response.headers.has(from.name)) return response;
      const answer = new Response(response.body, response);
      answer.headers.delete(from.name);
      return answer;
    };
  },
});

/** A whole number of units; null: there is none, or none that can be believed. Then what was reserved is what it costs. */
function unitsIn(value: string | null): number | null {
  return value !== null && /^\s*\d{1,10}\s*$/.test(value) ? Math.min(unitsMax, Number(value)) : null;
}

function sizeOf(from: z.output<typeof CallCostConfig>["from"], ended: Ended): number | null {
  if (from?.of === "response-bytes") return Math.ceil(ended.responseBytes / from.bytesPerUnit);
  if (from?.of === "request-bytes") return Math.ceil(ended.requestBytes / from.bytesPerUnit);
  return null;
}
