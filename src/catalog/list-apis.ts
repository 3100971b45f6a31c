import * as z from "zod";
import { apis } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { Api, apiFields, apiOf } from "./api.ts";
import { Style } from "../model/program.ts";

export const listApis = defineQuery({
  name: "list-apis",
  summary: "Lists the APIs of the workspace.",
  scope: "catalog:read",
  input: z.strictObject({
    ...searched,
    style: Style.optional().describe("Only those of this style."),
    visibility: apiFields.visibility.optional().describe("Only those that everybody sees, or only the others."),
  }),
  output: pageOf(Api),
  read: ({ style, visibility, ...page }, ctx) =>
    listRows(
      ctx,
      apis,
      page,
      apiOf,
      isExactly([
        [apis.style, style],
        [apis.visibility, visibility],
      ]),
    ),
});
