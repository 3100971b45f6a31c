import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { findGrant, Grant, grantRef } from "./grant.ts";
import { reviseGrant } from "./revise-grant.ts";

export const voidGrant = defineAction({
  name: "void-grant",
  summary: "Takes back what is left of a grant of credit. What calls in flight hold of it may still be used.",
  scope: "monetisation:write",
  input: z.strictObject({ ...grantRef }),
  output: Grant,
  async decide({ grant }, ctx) {
    const row = await findGrant(ctx, grant);
    return reviseGrant(ctx, row, { voidedAt: row.voidedAt ?? ctx.now() });
  },
});
