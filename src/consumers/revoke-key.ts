import { eq } from "drizzle-orm";
import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { revise } from "../actions/revise.ts";
import { findKey, Key, keyOf, keyRef } from "./key.ts";

export const revokeKey = defineAction({
  name: "revoke-key",
  summary: "Revokes a key for good. Calls with it are refused everywhere within seconds.",
  scope: "consumers:write",
  input: z.strictObject({ ...keyRef }),
  output: Key,
  async decide(input, ctx) {
    const row = await findKey(ctx, input.key);
    const target = { kind: "key", id: row.id, edition: row.edition };
    const next = revise(row, { revokedAt: row.revokedAt ?? ctx.now() }, ctx.now());
    if (next === null) return { unchanged: true, target, output: keyOf(row) };
    return {
      target,
      before: keyOf(row),
      after: keyOf(next),
      output: keyOf(next),
      statements: [ctx.db.update(credentials).set(next).where(eq(credentials.id, row.id))],
      effects: [distribute({ records: [{ kind: "key", id: row.hash, isJudged: true }] })],
    };
  },
});
