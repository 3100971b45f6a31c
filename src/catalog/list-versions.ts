import * as z from "zod";
import { versions } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf, Ref } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { findApi } from "./api.ts";
import { Version, versionOf } from "./version.ts";
import { VersionState } from "../model/program.ts";

export const listVersions = defineQuery({
  name: "list-versions",
  summary: "Lists the versions of an API.",
  scope: "catalog:read",
  input: z.strictObject({
    api: Ref,
    ...searched,
    state: VersionState.optional().describe("Only those in this state."),
  }),
  output: pageOf(Version),
  async read({ api: ref, state, ...page }, ctx) {
    const api = await findApi(ctx, ref);
    const within = isExactly([
      [versions.api, api.id],
      [versions.state, state],
    ]);
    return listRows(ctx, versions, page, versionOf, within);
  },
});
