import { eq } from "drizzle-orm";
import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { applicationRef, findApplication } from "./application.ts";
import { Key, keyOf } from "./key.ts";

export const listKeys = defineQuery({
  name: "list-keys",
  summary: "Lists keys of the workspace, or of one application, oldest first; never the keys themselves.",
  scope: "consumers:read",
  input: z.strictObject({ application: applicationRef.application.optional(), ...paged }),
  output: pageOf(Key),
  async read({ application, ...page }, ctx) {
    const own =
      application === undefined ? undefined : eq(credentials.application, (await findApplication(ctx, application)).id);
    return listRows(ctx, credentials, page, keyOf, own);
  },
});
