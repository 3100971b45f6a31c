import * as z from "zod";
import { environments } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { Environment, environmentsOf } from "./environment.ts";

export const listEnvironments = defineQuery({
  name: "list-environments",
  summary: "Lists the environments of the workspace with their hosts.",
  scope: "catalog:read",
  input: z.strictObject({ ...searched }),
  output: pageOf(Environment),
  async read(page, ctx) {
    const { items, cursor } = await listRows(ctx, environments, page, (row) => row);
    return { items: await environmentsOf(ctx, items), cursor };
  },
});
