import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import type { Context, Purge } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { findApi } from "../catalog/index.ts";
import { findApplication } from "../consumers/index.ts";

export const purgeCache = defineAction({
  name: "purge-cache",
  summary: "Makes cached responses stale everywhere: those with a tag, below a prefix, of a consumer or of an API.",
  scope: "lifecycle:write",
  input: z.strictObject({
    scope: z.enum(["tag", "prefix", "consumer", "api"]).describe("What the value names."),
    value: z.string().min(1).max(500).describe("Tag, path prefix, application or API; those by id or slug."),
  }),
  output: z.object({ id: z.string().describe("Names this purge in the audit trail.") }),
  async decide({ scope, value }, ctx) {
    const id = ctx.makeId("prg");
    const purge: Purge = { workspace: ctx.workspace, scope, value: await markOf(ctx, scope, value) };
    return {
      target: { kind: "purge", id, edition: 0 },
      before: null,
      after: { scope, value: purge.value },
      output: { id },
      statements: [],
      effects: [distribute({ purges: [purge] })],
    };
  },
});

/** What the gateway compares: it knows APIs and applications by id. Throws `resource-not-found`. */
async function markOf(ctx: Context, scope: Purge["scope"], value: string): Promise<string> {
  if (scope === "api") return (await findApi(ctx, value)).id;
  if (scope === "consumer") return (await findApplication(ctx, value)).id;
  return value;
}
