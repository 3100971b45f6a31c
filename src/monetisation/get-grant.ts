import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findGrant, Grant, grantOf, grantRef } from "./grant.ts";

export const getGrant = defineQuery({
  name: "get-grant",
  summary: "Reads a grant of credit as it was given; what is left of it, the subscription's credit says.",
  scope: "monetisation:read",
  input: z.strictObject({ ...grantRef }),
  output: Grant,
  read: async ({ grant }, ctx) => grantOf(await findGrant(ctx, grant)),
});
