import { eq } from "drizzle-orm";
import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { paged, pageOf, Ref } from "../actions/fields.ts";
import { listRows } from "../actions/rows.ts";
import { findApi } from "./api.ts";
import { Version, versionOf } from "./version.ts";

export const listVersions = defineQuery({
  name: "list-versions",
  summary: "Lists the versions of an API, oldest first.",
  scope: "catalog:read",
  input: z.strictObject({ api: Ref, ...paged }),
  output: pageOf(Version),
  async read({ api, ...page }, ctx) {
    return listRows(ctx, versions, page, versionOf, eq(versions.api, (await findApi(ctx, api)).id));
  },
});
