import { eq } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { searched } from "../actions/paging.ts";
import { listRows } from "../actions/rows.ts";
import { findEnvironment } from "./environment.ts";
import { Secret, secretOf, secretRef } from "./secret.ts";

export const listSecrets = defineQuery({
  name: "list-secrets",
  summary: "Lists the secrets of an environment; never their values.",
  scope: "secrets:read",
  input: z.strictObject({ environment: secretRef.environment, ...searched }),
  output: pageOf(Secret),
  async read({ environment: ref, ...page }, ctx) {
    const environment = await findEnvironment(ctx, ref);
    return listRows(ctx, secrets, page, secretOf, eq(secrets.environment, environment.id));
  },
});
