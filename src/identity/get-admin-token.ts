import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { AdminToken, adminTokenOf, findAdminToken, tokenRef } from "./admin-token.ts";

export const getAdminToken = defineQuery({
  name: "get-admin-token",
  summary: "Reads what a token may do and when it was used; never the token itself.",
  scope: "tokens:read",
  input: z.strictObject({ ...tokenRef }),
  output: AdminToken,
  read: async ({ token }, ctx) => adminTokenOf(await findAdminToken(ctx, token)),
});
