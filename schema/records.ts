/**
 * @module The edge's mutable records as queries over the tables: the one place that says how they are made. Distribution
 * puts them to KV with these, and the gateway's last resort reads the same from D1.
 */
import { and, eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type {
  ApplicationRecord,
  CredentialRecord,
  PlanRecord,
  RecordKind,
  RecordTypes,
  SecretRecord,
} from "../src/model/records.ts";
import { changes } from "./actions.ts";
import { plans } from "./catalog.ts";
import { applications, credentials, subscriptions } from "./consumers.ts";
import { secrets } from "./workspaces.ts";

/** The greatest sequence there is: in one batch with other reads, what they are a snapshot of. */
export function sequenceQuery(db: DrizzleD1Database) {
  return db.select({ sequence: sql<number>`coalesce(max(${changes.sequence}), 0)` }).from(changes);
}

function credentialQuery(db: DrizzleD1Database, hash: string) {
  return db.select().from(credentials).where(eq(credentials.hash, hash));
}

/** Each column has a name of its own: within a batch, D1 answers rows as objects, where equal names fall together. */
function applicationQuery(db: DrizzleD1Database, id: string) {
  return db
    .select({
      id: applications.id,
      workspace: applications.workspace,
      organization: applications.organization,
      state: applications.state,
      subscription: sql<string | null>`${subscriptions.id}`.as("subscription"),
      product: subscriptions.product,
      plan: subscriptions.plan,
      subscriptionEdition: sql<number | null>`${subscriptions.edition}`.as("subscription_edition"),
      overrides: subscriptions.overrides,
      subscribedAt: sql<number | null>`${subscriptions.createdAt}`.as("subscribed_at"),
    })
    .from(applications)
    .leftJoin(subscriptions, and(eq(subscriptions.application, applications.id), eq(subscriptions.state, "active")))
    .where(eq(applications.id, id));
}

function planQuery(db: DrizzleD1Database, id: string) {
  return db.select().from(plans).where(eq(plans.id, id));
}

function secretQuery(db: DrizzleD1Database, id: string) {
  const [environment = "", name = ""] = id.split("/");
  return db
    .select()
    .from(secrets)
    .where(and(eq(secrets.environment, environment), eq(secrets.name, name)));
}

type Rows<Query extends (...args: never[]) => PromiseLike<unknown>> = Awaited<ReturnType<Query>>;

function credentialRecord(rows: Rows<typeof credentialQuery>, sequence: number): CredentialRecord | null {
  const [row] = rows;
  if (row === undefined) return null;
  const { id, workspace, environment, application, expiresAt, revokedAt } = row;
  return { sequence, id, workspace, environment, application, expiresAt, revoked: revokedAt !== null };
}

function applicationRecord(rows: Rows<typeof applicationQuery>, sequence: number): ApplicationRecord | null {
  const [first] = rows;
  if (first === undefined) return null;
  const { id, workspace, organization, state } = first;
  const active = rows.flatMap(
    ({ subscription: own, product, plan, subscriptionEdition: edition, subscribedAt: since, overrides }) =>
      own === null || product === null || plan === null
        ? []
        : [{ id: own, product, plan, edition: edition ?? 0, since: since ?? 0, overrides: [...(overrides ?? [])] }],
  );
  return {
    sequence,
    id,
    workspace,
    organization,
    suspended: state !== "active",
    unpaid: state === "unpaid",
    subscriptions: active,
  };
}

function planRecord(rows: Rows<typeof planQuery>, sequence: number): PlanRecord | null {
  const [row] = rows;
  if (row === undefined) return null;
  return { sequence, id: row.id, workspace: row.workspace, slug: row.slug, limits: row.limits };
}

function secretRecord(rows: Rows<typeof secretQuery>, sequence: number): SecretRecord | null {
  const [row] = rows;
  if (row === undefined) return null;
  const { id, workspace, environment, name, hosts, keyId, sealed } = row;
  return { sequence, id, workspace, environment, name, hosts, keyId, sealed };
}

const makers = {
  key: { query: credentialQuery, make: credentialRecord },
  application: { query: applicationQuery, make: applicationRecord },
  plan: { query: planQuery, make: planRecord },
  secret: { query: secretQuery, make: secretRecord },
} as const;

/** The query of one record, for a batch; {@link recordOf} makes the record of its rows. */
export function recordQuery(db: DrizzleD1Database, kind: RecordKind, id: string): BatchItem<"sqlite"> {
  return makers[kind].query(db, id);
}

export function recordOf<Kind extends RecordKind>(
  kind: Kind,
  rows: unknown,
  sequence: number,
): RecordTypes[Kind] | null {
  const make: (rows: never, sequence: number) => RecordTypes[RecordKind] | null = makers[kind].make;
  return make(rows as never, sequence) as RecordTypes[Kind] | null;
}

/** A record as D1 holds it now, under the sequence of the snapshot; null if there is none. One round trip. */
export async function readRecord<Kind extends RecordKind>(
  db: DrizzleD1Database,
  kind: Kind,
  id: string,
): Promise<RecordTypes[Kind] | null> {
  const [[at], rows] = await db.batch([sequenceQuery(db), recordQuery(db, kind, id)]);
  return recordOf(kind, rows, at?.sequence ?? 0);
}
