import { eq } from "drizzle-orm";
import * as z from "zod";
import { policyLists } from "../../schema/catalog.ts";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import { secretsWithin } from "../policies/index.ts";
import { readPolicySets } from "./policy-set.ts";
import { entriesOf, readServedContents } from "./served-content.ts";
import { distributeSecret, findSecret, secretOf, secretRef, type SecretRow } from "./secret.ts";

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
      await dependentsOf(ctx, row),
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

/** The versions whose revision in the environment names the secret, or all of them where the workspace's list does. */
async function dependentsOf(ctx: Context, { environment, name }: SecretRow): Promise<Dependent[]> {
  const sets = await readPolicySets(ctx);
  const [list] = await ctx.db
    .select({ id: policyLists.workspace, entries: policyLists.entries })
    .from(policyLists)
    .where(eq(policyLists.workspace, ctx.workspace));
  const isNamed = (entries: readonly PolicyEntry[]) =>
    secretsWithin(entries, sets, "").some((secret) => secret.name === name);
  const served = await readServedContents(ctx, environment);
  const byList: Dependent[] =
    list !== undefined && served.length > 0 && isNamed(list.entries)
      ? [{ kind: "policy list of the workspace", id: `policies_${list.id}`, name: list.id }]
      : [];
  const naming = served.filter(({ content }) => isNamed(entriesOf(content)));
  const versions = new Map(naming.map((one) => [one.version, { kind: "version", id: one.version, name: one.name }]));
  return [...byList, ...versions.values()];
}
