import * as z from "zod";
import { upstreams } from "../../schema/catalog.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { Upstream, upstreamsOf } from "./upstream.ts";

export const listUpstreams = defineQuery({
  name: "list-upstreams",
  summary: "Lists the upstreams of the workspace with their targets.",
  scope: "catalog:read",
  input: z.strictObject({ ...searched }),
  output: pageOf(Upstream),
  async read(page, ctx) {
    const { items, cursor } = await listRows(ctx, upstreams, page, (row) => row);
    return { items: await upstreamsOf(ctx, items), cursor };
  },
});
