import * as z from "zod";
import { apis } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { Api, apiOf } from "./api.ts";

export const listApis = defineQuery({
  name: "list-apis",
  summary: "Lists the APIs of the workspace, oldest first.",
  scope: "catalog:read",
  input: z.strictObject({ ...paged }),
  output: pageOf(Api),
  read: (page, ctx) => listRows(ctx, apis, page, apiOf),
});
