import { eq } from "drizzle-orm";
import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Name, Time } from "../actions/fields.ts";
import { revise } from "../actions/revise.ts";
import { findKey, Key, keyOf, keyRef } from "./key.ts";

export const updateKey = defineAction({
  name: "update-key",
  summary:
    "Renames a key, or changes when it ends; a time that is past ends it within seconds. A revoked one stays revoked.",
  scope: "consumers:write",
  input: z.strictObject({
    ...keyRef,
    name: Name.optional(),
    expiresAt: Time.nullable().optional().describe("When it ends, in ms since 1970; null: never."),
  }),
  output: Key,
  async decide({ key, ...fields }, ctx) {
    const row = await findKey(ctx, key);
    const target = { kind: "key", id: row.id, edition: row.edition };
    const next = revise(row, fields, ctx.now());
    if (next === null) return { unchanged: true, target, output: keyOf(row) };
    return {
      target,
      before: keyOf(row),
      after: keyOf(next),
      output: keyOf(next),
      statements: [ctx.db.update(credentials).set(next).where(eq(credentials.id, row.id))],
      effects: next.expiresAt === row.expiresAt ? [] : [distribute({ records: [{ kind: "key", id: row.hash }] })],
    };
  },
});
