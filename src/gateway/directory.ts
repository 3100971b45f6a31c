/**
 * @module The gateway's directory of credentials, applications, plans and secrets: memory, then KV, then the database.
 *
 * A record is believed for five minutes, and no longer than until a signal names it. What is not there is remembered too,
 * for a minute.
 */
import type { Call } from "../model/call.ts";
import { hashSecret, importKeySecret, isIssuedKey } from "../model/credential.ts";
import { Problem } from "../model/problem.ts";
import { recent, type Recent } from "../model/recent.ts";
import {
  recordKey,
  secretRecordId,
  type ApplicationRecord,
  type CredentialRecord,
  type PlanRecord,
  type RecordKind,
  type RecordTypes,
} from "../model/records.ts";
import type { Warm } from "../model/warm.ts";
import type { Directory } from "../policies/services.ts";
import type { Currency } from "./currency.ts";
import type { GatewayPorts } from "./ports.ts";
import { createSecrets } from "./secrets.ts";

const believedMs = 300_000;
const absentMs = 60_000;
/** Of each kind. */
const recordsMax = 10_000;

/** What a look-up needs of a call; a prefetch has no call yet. */
export type Lookup = Pick<Call, "clientAddress" | "lookups" | "moved" | "stoodOn">;

interface Remembered {
  readonly record: RecordTypes[RecordKind] | null;
  readonly readAt: number;
  /** The floor that stood when this was read: a signal after it ends the belief. */
  readonly floor: number;
}

function unreadable(kind: RecordKind, cause: unknown): Problem {
  return new Problem("registry-unavailable", {
    detail: `The gateway cannot read the call's ${kind} at the moment. Try again in a few seconds.`,
    headers: { "Retry-After": "5" },
    cause,
  });
}

/** Not for longer than its time, nor past a signal about it, nor on a clock that has stepped back. */
function isBelieved({ record, readAt, floor }: Remembered, floorNow: number, now: number): boolean {
  const isNew = floor >= floorNow || (record !== null && record.sequence >= floorNow);
  return isNew && now >= readAt && now - readAt < (record === null ? absentMs : believedMs);
}

export interface GatewayDirectory extends Directory {
  credential(key: string, lookup: Lookup): Warm<CredentialRecord | null>;
  application(id: string, lookup: Lookup): Warm<ApplicationRecord | null>;
  plan(id: string, lookup: Lookup): Warm<PlanRecord | null>;
  /** Brings what a key leads to into memory, ahead of the policies that will ask. Never rejects. */
  prefetch(key: string, lookup: Lookup): Promise<void>;
  /** The application that a key leads to; null for a key that does not count, or where nobody can tell. Never rejects. */
  applicationOf(key: string, lookup: Lookup): Warm<string | null>;
}

export function createDirectory(ports: GatewayPorts, currency: Currency): GatewayDirectory {
  /** By kind, then by id: ids come from records and are looked up without making a name of two parts for each call. */
  const records: Readonly<Record<RecordKind, Recent<Remembered>>> = {
    key: recent(recordsMax),
    application: recent(recordsMax),
    plan: recent(recordsMax),
    secret: recent(recordsMax),
  };
  const secrets = createSecrets(ports.secrets);
  const hashes = recent<string>(recordsMax);
  let secret: CryptoKey | null = null;
  currency.onReset(() => Object.values(records).forEach((one) => one.clear()));

  /** At once, without a promise, what memory holds and may be believed. */
  function find<Kind extends RecordKind>(kind: Kind, id: string, lookup: Lookup): Warm<RecordTypes[Kind] | null> {
    const known = records[kind].get(id);
    const floor = currency.floor(kind, id);
    if (lookup.moved !== null) lookup.stoodOn.push(recordKey(kind, id));
    if (known !== undefined && isBelieved(known, floor, ports.now())) return known.record as RecordTypes[Kind] | null;
    return read(kind, id, floor, lookup);
  }

  async function read<Kind extends RecordKind>(
    kind: Kind,
    id: string,
    floor: number,
    lookup: Lookup,
  ): Promise<RecordTypes[Kind] | null> {
    const key = recordKey(kind, id);
    const under = lookup.lookups.get(key);
    if (under !== undefined) {
      const record = (await under) as RecordTypes[Kind] | null;
      // A read that began before a signal about the record answers for it only with what is as new.
      if (floor === 0 || (record !== null && record.sequence >= floor)) return record;
    }
    // Only a key is the caller's to make up; what a known one leads to is there.
    const mayAsk = kind === "key" ? () => mayAskDatabase(lookup.clientAddress) : async () => undefined;
    const reading = ports.source.record(kind, id, floor, mayAsk).catch((thrown: unknown) => {
      throw thrown instanceof Problem ? thrown : unreadable(kind, thrown);
    });
    lookup.lookups.set(key, reading);
    const record = await reading;
    records[kind].set(id, { record, readAt: ports.now(), floor });
    return record;
  }

  async function mayAskDatabase(client: string): Promise<void> {
    if (await ports.mayLookUp(client)) return;
    throw new Problem("credential-lookups-exceeded", {
      detail: "Too many unknown credentials came from this address. Check the key, and try again in a minute.",
      headers: { "Retry-After": "60" },
    });
  }

  /** The hash of a key that this installation issued, else null. Remembered, so that a warm call costs no digest. */
  async function hashOf(key: string): Promise<string | null> {
    secret ??= await importKeySecret(ports.keySecret);
    if (!(await isIssuedKey(key, secret))) return null;
    const hash = await hashSecret(key);
    hashes.set(key, hash);
    return hash;
  }

  function findKey(key: string, lookup: Lookup): Warm<CredentialRecord | null> {
    const known = hashes.get(key);
    if (known !== undefined) return find("key", known, lookup);
    return hashOf(key).then((hash) => (hash === null ? null : find("key", hash, lookup)));
  }

  return {
    credential: findKey,
    application: (id, call) => find("application", id, call),
    plan: (id, call) => find("plan", id, call),
    secret(name, call) {
      const { environment, targets } = call.match;
      const record = find("secret", secretRecordId(environment, name), call);
      return record instanceof Promise
        ? record.then((read) => secrets.valueFor(read, name, targets))
        : secrets.valueFor(record, name, targets);
    },
    applicationOf(key, lookup) {
      const found = findKey(key, lookup);
      if (!(found instanceof Promise)) return found?.application ?? null;
      return found.then(
        (record) => record?.application ?? null,
        () => null,
      );
    },
    async prefetch(key, lookup) {
      try {
        const credential = await findKey(key, lookup);
        const application = credential === null ? null : await find("application", credential.application, lookup);
        await Promise.all((application?.subscriptions ?? []).map(async ({ plan }) => find("plan", plan, lookup)));
      } catch {
        // The policy that asks again meets the same failure, and refuses with it.
      }
    },
  };
}
