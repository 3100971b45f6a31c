/**
 * @module Context: what an action or query may use. Bindings arrive here as ports; areas never import the platform.
 */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Signal } from "../model/signal.ts";
import type { Bucket, Program, Root } from "../model/program.ts";
import type { RecordKind, RecordTypes } from "../model/records.ts";

/** Who changes or asks. `workspace` null: every workspace (the first admin token). */
export interface Actor {
  readonly kind: "token" | "person" | "system";
  readonly id: string;
  readonly workspace: string | null;
  readonly scopes: readonly string[];
}

/** The gateway's side of the registry: what a change must reach after it is committed. */
export interface Edge {
  putProgram(hash: string, program: Program): Promise<void>;
  putBucket(hash: string, bucket: Bucket): Promise<void>;
  putRecord<Kind extends RecordKind>(kind: Kind, id: string, record: RecordTypes[Kind]): Promise<void>;
  /** Stores the root as the fallback and tells the Beacon. The Beacon takes only a greater sequence. */
  announce(root: Root, signals: readonly Signal[]): Promise<void>;
  /** Asks the Courier to run due outbox work now and until none is left. */
  wakeCourier(): Promise<void>;
}

export interface Keys {
  /** A new consumer key, to be shown once, and the hash to store. */
  make(): Promise<{ readonly key: string; readonly hash: string; readonly hint: string }>;
}

export interface Context {
  readonly db: DrizzleD1Database;
  readonly edge: Edge;
  readonly keys: Keys;
  readonly actor: Actor;
  /** The workspace that is acted in; every read and write filters by it. */
  readonly workspace: string;
  /** Id of the management request, for the audit row. */
  readonly requestId: string;
  /** Hosts that are Gatehouse's own; an environment or upstream may not claim them. */
  readonly ownHosts: readonly string[];
  now(): number;
  /** A new id: prefix, underscore, ULID: `api_01J…`. */
  makeId(prefix: string): string;
  waitUntil(work: Promise<unknown>): void;
}
