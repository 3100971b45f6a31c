/**
 * @module Records: the mutable things that the gateway looks up by id at the edge. Stored in KV as JSON; believed for
 * minutes at most. `sequence` is the change that wrote it: a copy older than a signal about it is not believed.
 *
 * KV keys: `key:<credential hash>`, `application:<id>`, `plan:<id>`, `secret:<environment>/<name>`.
 */
import * as z from "zod";
import { LimitOverride } from "./limit-override.ts";
import { PlanLimits } from "./limit.ts";

const id = z.string().min(1);

/** What a credential stands for. */
export const CredentialRecord = z.object({
  sequence: z.int(),
  id,
  workspace: id,
  environment: id,
  application: id,
  /** Epoch ms, or null for a key without end. */
  expiresAt: z.int().nullable(),
  revoked: z.boolean(),
});
export type CredentialRecord = z.output<typeof CredentialRecord>;

/** `edition` grows with each change of it, `since` (epoch ms) is when it was made: quotas may be anchored on that. */
export const SubscriptionRecord = z.object({
  id,
  product: id,
  plan: id,
  edition: z.int().default(0),
  since: z.int().default(0),
  overrides: z.array(LimitOverride).default([]),
});
export type SubscriptionRecord = z.output<typeof SubscriptionRecord>;

/** An application with its active subscriptions. */
export const ApplicationRecord = z.object({
  sequence: z.int(),
  id,
  workspace: id,
  organization: id,
  /** None of its calls is admitted, whatever the reason. */
  suspended: z.boolean(),
  /** The reason is that its organization owes a payment. */
  unpaid: z.boolean().default(false),
  subscriptions: z.array(SubscriptionRecord),
});
export type ApplicationRecord = z.output<typeof ApplicationRecord>;

/** A plan's limits. `sequence` doubles as the revision of its definitions. */
export const PlanRecord = z.object({ sequence: z.int(), id, workspace: id, slug: z.string(), limits: PlanLimits });
export type PlanRecord = z.output<typeof PlanRecord>;

/** A secret, sealed (model/secret.ts). `hosts` are those that it may be sent to. */
export const SecretRecord = z.object({
  sequence: z.int(),
  id,
  workspace: id,
  environment: id,
  name: z.string(),
  hosts: z.array(z.string()),
  keyId: z.string(),
  sealed: z.string(),
});
export type SecretRecord = z.output<typeof SecretRecord>;

export const RecordKind = z.enum(["key", "application", "plan", "secret"]);
export type RecordKind = z.output<typeof RecordKind>;
export interface RecordTypes {
  readonly key: CredentialRecord;
  readonly application: ApplicationRecord;
  readonly plan: PlanRecord;
  readonly secret: SecretRecord;
}
export const recordSchemas = {
  key: CredentialRecord,
  application: ApplicationRecord,
  plan: PlanRecord,
  secret: SecretRecord,
} as const;

/** Under which id the record of a secret stands. */
export const secretRecordId = (environment: string, name: string): string => `${environment}/${name}`;

export function recordKey(kind: RecordKind, id: string): string {
  return `${kind}:${id}`;
}
