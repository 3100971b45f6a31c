import * as z from "zod";
import { adminTokens } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { AdminToken, adminTokenOf } from "./admin-token.ts";

export const listAdminTokens = defineQuery({
  name: "list-admin-tokens",
  summary: "Lists the admin tokens of the workspace, oldest first; never the tokens themselves.",
  scope: "tokens:read",
  input: z.strictObject({ ...paged }),
  output: pageOf(AdminToken),
  read: (page, ctx) => listRows(ctx, adminTokens, page, adminTokenOf),
});
