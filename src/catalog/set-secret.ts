import { eq } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { stamp } from "../actions/revise.ts";
import { secretBytesMax } from "../model/secret.ts";
import { findEnvironment } from "./environment.ts";
import { distributeSecret, placeOf, readSecret, Secret, secretOf, secretRef } from "./secret.ts";

const Value = z
  .string()
  .min(1, "A secret holds at least one character.")
  .refine((text) => text.isWellFormed(), "Half of a surrogate pair stands alone. Remove it.")
  .refine(
    (text) => new TextEncoder().encode(text).length <= secretBytesMax,
    `A secret holds at most ${secretBytesMax} bytes.`,
  )
  .describe("The value. It is stored sealed and never shown again.");

export const setSecret = defineAction({
  name: "set-secret",
  summary: "Sets a secret of an environment, or gives it a new value, which calls use within seconds.",
  scope: "secrets:write",
  input: z.strictObject({ ...secretRef, value: Value }),
  output: Secret,
  async decide({ environment: ref, secret: name, value }, ctx) {
    const environment = await findEnvironment(ctx, ref);
    const row = await readSecret(ctx, environment, name);
    const now = ctx.now();
    const sealed = await ctx.secrets.seal(placeOf(ctx, environment.id, name), value);
    const made = { id: ctx.makeId("sec"), workspace: ctx.workspace, environment: environment.id, name, hosts: [] };
    const next =
      row === undefined
        ? { ...made, ...sealed, setAt: now, ...stamp(now) }
        : { ...row, ...sealed, setAt: now, edition: row.edition + 1, updatedAt: now };
    return {
      target: { kind: "secret", id: next.id, edition: row?.edition ?? 0 },
      before: row === undefined ? null : secretOf(row),
      after: secretOf(next),
      output: secretOf(next),
      statements: [
        row === undefined
          ? ctx.db.insert(secrets).values(next)
          : ctx.db.update(secrets).set(next).where(eq(secrets.id, row.id)),
      ],
      effects: [distributeSecret(next)],
    };
  },
});
