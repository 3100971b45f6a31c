import * as z from "zod";
import { Problem } from "../model/problem.ts";
import { type AddressRange, inRange, parseAddress, parseRange } from "./client-address.ts";
import { definePolicy } from "./policy.ts";

const Range = z
  .string()
  .refine((text) => parseRange(text) !== null, "Write an address or a range such as 203.0.113.0/24 or 2001:db8::/32.");

/** Who may call, by address. Hono's own is not used: its reading of addresses is more lenient than a wall should be. */
export const ipRestriction = definePolicy({
  type: "ip-restriction",
  summary: "Lets only clients from certain addresses call, or keeps certain addresses out.",
  config: z
    .strictObject({
      allow: z
        .array(Range)
        .max(1_000)
        .default([])
        .describe("Addresses and ranges that may call; an empty list is all."),
      deny: z
        .array(Range)
        .max(1_000)
        .default([])
        .describe("Addresses and ranges that may not, allowed or not; nor may a client whose address is unknown."),
    })
    .refine(({ allow, deny }) => allow.length + deny.length > 0, { message: "Name at least one address or range." }),
  role: "guard",
  shadow: true,
  create(config) {
    const allow = config.allow.map(rangeOf);
    const deny = config.deny.map(rangeOf);
    return async (request, call, next) => {
      const address = parseAddress(call.clientAddress);
      const within = (ranges: readonly AddressRange[]): boolean =>
        address !== null && ranges.some((range) => inRange(address, range));
      // An address that nobody can read may be a denied one.
      if (address === null || within(deny) || (allow.length > 0 && !within(allow))) {
        throw new Problem("address-not-allowed", {
          detail: "Calls from this network are not allowed here. Call from one that is, or ask the API's operator.",
        });
      }
      return next(request, call);
    };
  },
});

function rangeOf(text: string): AddressRange {
  const range = parseRange(text);
  if (range === null) throw new Error(`“${text}” is no address and no range`);
  return range;
}
