import { eq } from "drizzle-orm";
import * as z from "zod";
import { apis, deployments, versions } from "../../schema/catalog.ts";
import { secrets } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { Deleted, deletion, refuseDependents, type Dependent } from "../actions/deletion.ts";
import { chunks } from "../model/chunks.ts";
import type { RevisionContent } from "../model/revision.ts";
import { secretsIn } from "../policies/index.ts";
import { readRevisionContents } from "./draft.ts";
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

/** Contents that are read at once: they hold no documents. */
const contentsMax = 200;

/** The versions whose revision in the environment names the secret. */
async function dependentsOf(ctx: Context, { environment, name }: SecretRow): Promise<Dependent[]> {
  const served = await ctx.db
    .select({ id: versions.id, version: versions.name, api: apis.slug, revision: deployments.revision })
    .from(deployments)
    .innerJoin(versions, eq(versions.id, deployments.version))
    .innerJoin(apis, eq(apis.id, versions.api))
    .where(eq(deployments.environment, environment));
  const naming = new Set<string>();
  for (const some of chunks([...new Set(served.map(({ revision }) => revision))], contentsMax)) {
    for (const [id, content] of await readRevisionContents(ctx, some)) if (names(content, name)) naming.add(id);
  }
  return served
    .filter(({ revision }) => naming.has(revision))
    .map(({ id, version, api }) => ({ kind: "version", id, name: `${api}/${version}` }));
}

function names({ policies, operationPolicies }: RevisionContent, secret: string): boolean {
  const entries = [...policies, ...Object.values(operationPolicies).flat()];
  return secretsIn(entries, "").some(({ name }) => name === secret);
}
