import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { Ref } from "../actions/fields.ts";
import { notFound } from "../actions/rows.ts";
import { findUpstream, Upstream, upstreamsOf } from "./upstream.ts";

export const getUpstream = defineQuery({
  name: "get-upstream",
  summary: "Answers one upstream with its targets.",
  scope: "catalog:read",
  input: z.strictObject({ upstream: Ref }),
  output: Upstream,
  async read({ upstream: ref }, ctx) {
    const [upstream] = await upstreamsOf(ctx, [await findUpstream(ctx, ref)]);
    if (upstream === undefined) throw notFound("upstream", ref);
    return upstream;
  },
});
