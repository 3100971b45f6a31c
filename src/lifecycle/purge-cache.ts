import * as z from "zod";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";

export const purgeCache = defineAction({
  name: "purge-cache",
  summary: "Makes cached responses stale everywhere: those with a tag, below a prefix, of a consumer or of an API.",
  scope: "lifecycle:write",
  input: z.strictObject({
    scope: z.enum(["tag", "prefix", "consumer", "api"]).describe("What the value names."),
    value: z.string().min(1).max(500).describe("Tag, path prefix, id of an application, or id of an API."),
  }),
  output: z.object({ id: z.string().describe("Names this purge in the audit trail.") }),
  async decide(input, ctx) {
    const id = ctx.makeId("prg");
    return {
      target: { kind: "purge", id, edition: 0 },
      before: null,
      after: input,
      output: { id },
      statements: [],
      effects: [distribute({ purges: [{ workspace: ctx.workspace, ...input }] })],
    };
  },
});
