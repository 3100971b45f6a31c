import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findSecret, Secret, secretOf, secretRef } from "./secret.ts";

export const getSecret = defineQuery({
  name: "get-secret",
  summary: "Reads where a secret may be sent and when it was set; never its value.",
  scope: "secrets:read",
  input: z.strictObject({ ...secretRef }),
  output: Secret,
  read: async ({ environment, secret }, ctx) => secretOf(await findSecret(ctx, environment, secret)),
});
