import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { applicationRef, findApplication } from "./application.ts";
import { Key, keyOf } from "./key.ts";
import { findEnvironment } from "../catalog/index.ts";

export const listKeys = defineQuery({
  name: "list-keys",
  summary: "Lists keys of the workspace, or of one application; never the keys themselves.",
  scope: "consumers:read",
  input: z.strictObject({
    application: applicationRef.application.optional().describe("Only those of this application."),
    environment: Ref.optional().describe("Only those of this environment."),
    ...searched,
  }),
  output: pageOf(Key),
  async read({ application, environment, ...page }, ctx) {
    const own = isExactly([
      [credentials.application, application && (await findApplication(ctx, application)).id],
      [credentials.environment, environment && (await findEnvironment(ctx, environment)).id],
    ]);
    return listRows(ctx, credentials, page, keyOf, own);
  },
});
