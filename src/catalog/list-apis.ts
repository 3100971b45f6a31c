import { and, asc, eq, gt } from "drizzle-orm";
import * as z from "zod";
import { apis } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf, toPage } from "../actions/fields.ts";
import { Api, apiOf } from "./api.ts";

export const listApis = defineQuery({
  name: "list-apis",
  summary: "Lists the APIs of the workspace, oldest first.",
  scope: "catalog:read",
  input: z.strictObject({ ...paged }),
  output: pageOf(Api),
  async read({ limit, cursor }, ctx) {
    const rows = await ctx.db
      .select()
      .from(apis)
      .where(and(eq(apis.workspace, ctx.workspace), gt(apis.id, cursor ?? "")))
      .orderBy(asc(apis.id))
      .limit(limit + 1);
    return toPage(rows, limit, apiOf);
  },
});
