import { and, ne } from "drizzle-orm";
import * as z from "zod";
import { workspaces } from "../../schema/workspaces.ts";
import { defineQuery, platformWorkspace } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { paging, searched } from "../actions/paging.ts";
import { Workspace } from "./workspace.ts";

/** Ids of workspaces are names that they were given. */
const columns = {
  id: workspaces.id,
  bornAt: workspaces.createdAt,
  updatedAt: workspaces.updatedAt,
  name: workspaces.name,
  slug: workspaces.id,
};

export const listWorkspaces = defineQuery({
  name: "list-workspaces",
  summary: "Lists all workspaces.",
  scope: "platform:read",
  realm: "platform",
  input: z.strictObject({ ...searched }),
  output: pageOf(Workspace),
  async read(asked, ctx) {
    const { where, orderBy, page } = paging(asked, columns);
    const rows = await ctx.db
      .select()
      .from(workspaces)
      .where(and(where, ne(workspaces.id, platformWorkspace)))
      .orderBy(...orderBy)
      .limit(asked.limit + 1);
    return page(
      rows,
      (row) => row,
      (row) => row,
    );
  },
});
