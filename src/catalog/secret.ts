import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { secrets } from "../../schema/workspaces.ts";
import type { Context } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Ref, stamped } from "../actions/fields.ts";
import { notFound, type Reader } from "../actions/rows.ts";
import { secretRecordId } from "../model/records.ts";
import { SecretName } from "../model/secret.ts";
import { findEnvironment, type EnvironmentRow } from "./environment.ts";

export const secretRef = {
  environment: Ref.describe("Id or slug of the environment."),
  secret: SecretName.describe("Name of the secret; policies write it as ${secret:NAME}."),
};

/** A secret as it may be shown: all but the value. */
export const Secret = z.object({
  ...stamped,
  environment: z.string().describe("Id of the environment in which it counts."),
  name: SecretName,
  hosts: z.array(z.string()).describe("Hosts of upstreams that it may be sent to."),
  setAt: z.int().describe("When its value was last set, in ms since 1970."),
  keyId: z.string().describe("Which of the installation's keys sealed it."),
});
export type Secret = z.output<typeof Secret>;

export type SecretRow = typeof secrets.$inferSelect;

export function secretOf(row: SecretRow): Secret {
  const { workspace, sealed, ...shown } = row;
  void [workspace, sealed];
  return shown;
}

export async function readSecret({ db }: Reader, { id }: EnvironmentRow, name: string): Promise<SecretRow | undefined> {
  const [row] = await db
    .select()
    .from(secrets)
    .where(and(eq(secrets.environment, id), eq(secrets.name, name)));
  return row;
}

export async function findSecret(ctx: Reader, environment: string, name: string): Promise<SecretRow> {
  const row = await readSecret(ctx, await findEnvironment(ctx, environment), name);
  if (row === undefined) throw notFound("secret", name);
  return row;
}

/** What brings a change of a secret to the edge. */
export function distributeSecret({ environment, name }: Pick<SecretRow, "environment" | "name">) {
  return distribute({ records: [{ kind: "secret", id: secretRecordId(environment, name) }] });
}

/** The secret's place, for sealing. */
export function placeOf({ workspace }: Pick<Context, "workspace">, environment: string, name: string) {
  return { workspace, environment, name };
}
