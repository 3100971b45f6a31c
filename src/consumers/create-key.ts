import * as z from "zod";
import { credentials } from "../../schema/consumers.ts";
import { defineAction } from "../actions/action.ts";
import { distribute } from "../actions/effect.ts";
import { Name, Time } from "../actions/fields.ts";
import { inputInvalid } from "../actions/input.ts";
import { stamp } from "../actions/revise.ts";
import { environmentRef, findEnvironment } from "../catalog/index.ts";
import { applicationRef, findApplication } from "./application.ts";
import { Key, keyOf } from "./key.ts";

export const createKey = defineAction({
  name: "create-key",
  summary: "Makes a key for an application in an environment, and shows it this once.",
  scope: "consumers:write",
  input: z.strictObject({
    ...applicationRef,
    ...environmentRef,
    name: Name.default("Key"),
    expiresAt: Time.nullable().default(null).describe("When it ends, in ms since 1970; null: never."),
  }),
  output: z.object({
    ...Key.shape,
    key: z.string().describe("The key. It is not stored and cannot be shown again."),
  }),
  async decide(input, ctx) {
    const now = ctx.now();
    if (input.expiresAt !== null && input.expiresAt <= now) {
      throw inputInvalid([{ pointer: "/expiresAt", message: "The key would have ended already.", severity: "error" }]);
    }
    const application = await findApplication(ctx, input.application);
    const environment = await findEnvironment(ctx, input.environment);
    const { key, hash, hint } = await ctx.keys.make();
    const row = {
      id: ctx.makeId("key"),
      workspace: ctx.workspace,
      application: application.id,
      environment: environment.id,
      hash,
      hint,
      name: input.name,
      expiresAt: input.expiresAt,
      revokedAt: null,
      ...stamp(now),
    };
    return {
      target: { kind: "key", id: row.id, edition: 0 },
      before: null,
      after: keyOf(row),
      output: { ...keyOf(row), key },
      statements: [ctx.db.insert(credentials).values(row)],
      effects: [
        distribute({
          records: [
            { kind: "key", id: hash },
            { kind: "application", id: application.id },
          ],
        }),
      ],
    };
  },
});
