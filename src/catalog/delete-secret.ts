import { eq } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import { Deleted, deletion, refuseDependents } from "../actions/deletion.ts";
import { distributeSecret, findSecret, secretOf, secretRef } from "./secret.ts";
import { dependentsOf, secretUses } from "./secret-uses.ts";

export const deleteSecret = defineAction({
  name: "delete-secret",
  summary: "Deletes a secret that nothing served in its environment names.",
  scope: "secrets:write",
  input: z.strictObject({ ...secretRef }),
  output: Deleted,
  async decide({ environment, secret }, ctx) {
    const row = await findSecret(ctx, environment, secret);
    refuseDependents(
      `The secret ${row.name}`,
      dependentsOf(await secretUses(ctx, row)),
      "Publish them without it, or retire and delete them.",
    );
    return deletion(
      { kind: "secret", id: row.id, edition: row.edition },
      secretOf(row),
      [ctx.db.delete(secrets).where(eq(secrets.id, row.id))],
      [distributeSecret(row)],
    );
  },
});
