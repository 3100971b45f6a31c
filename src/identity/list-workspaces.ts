import { and, asc, gt, ne } from "drizzle-orm";
import * as z from "zod";
import { workspaces } from "../../schema/workspaces.ts";
import { defineQuery, platformWorkspace } from "../actions/action.ts";
import { paged, pageOf, toPage } from "../actions/fields.ts";
import { Workspace } from "./workspace.ts";

export const listWorkspaces = defineQuery({
  name: "list-workspaces",
  summary: "Lists all workspaces, by id.",
  scope: "platform:read",
  realm: "platform",
  input: z.strictObject({ ...paged }),
  output: pageOf(Workspace),
  async read({ limit, cursor }, ctx) {
    const rows = await ctx.db
      .select()
      .from(workspaces)
      .where(and(gt(workspaces.id, cursor ?? ""), ne(workspaces.id, platformWorkspace)))
      .orderBy(asc(workspaces.id))
      .limit(limit + 1);
    return toPage(rows, limit, (row) => row);
  },
});
