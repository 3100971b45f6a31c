import { and, asc, count, eq, ne } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Problem } from "../model/problem.ts";
import { secretRecordId } from "../model/records.ts";

/** Secrets of one run: a batch of D1 takes them easily. */
const secretsMax = 200;

export const resealSecrets = defineAction({
  name: "reseal-secrets",
  summary:
    "Seals secrets of all workspaces anew with the installation's first key, up to 200 at a time. Calls go on meanwhile.",
  scope: "platform:write",
  realm: "platform",
  input: z.strictObject({}),
  output: z.object({
    keyId: z.string().describe("Id of the key that seals now."),
    resealed: z.int().describe("How many secrets were sealed anew."),
    remaining: z.int().describe("How many are still sealed by another key: ask again until there is none."),
  }),
  async decide(_input, ctx) {
    const { keyId } = ctx.secrets;
    const sealedByOthers = ne(secrets.keyId, keyId);
    const rows = await ctx.db.select().from(secrets).where(sealedByOthers).orderBy(asc(secrets.id)).limit(secretsMax);
    const [all] = await ctx.db.select({ rows: count() }).from(secrets).where(sealedByOthers);
    const target = { kind: "secret-key", id: ctx.makeId("rsl"), edition: 0 };
    const output = { keyId, resealed: rows.length, remaining: (all?.rows ?? 0) - rows.length };
    if (rows.length === 0) return { unchanged: true, target, output };
    const anew = await Promise.all(
      rows.map(async (row) => {
        const value = await ctx.secrets.open(row, row);
        if (value === null) throw keyMissing(row.keyId);
        return { row, sealed: await ctx.secrets.seal(row, value) };
      }),
    );
    return {
      target,
      before: null,
      after: output,
      output,
      // A value that its own workspace sets in between is sealed by the new key already, and stays.
      statements: anew.map(({ row, sealed }) =>
        ctx.db
          .update(secrets)
          .set(sealed)
          .where(and(eq(secrets.id, row.id), eq(secrets.sealed, row.sealed))),
      ),
      effects: [
        distribute({
          records: rows.map(({ environment, name }) => ({ kind: "secret", id: secretRecordId(environment, name) })),
        }),
      ],
    };
  },
});

function keyMissing(keyId: string): Problem {
  return new Problem("state-conflict", {
    detail: `Some secrets were sealed by key ${keyId}, which is not set any more. Put it back at the end of SECRET_KEYS, then try again.`,
  });
}
