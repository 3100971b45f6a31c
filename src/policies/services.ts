/**
 * @module Services: the ports that policies may use. A policy never sees a binding; adapters live in platform/ and
 * gateway/, and one set serves all calls of an isolate.
 */
import type { ApplicationRecord, CredentialRecord, PlanRecord } from "../model/records.ts";
import type { PurgeSignal } from "../model/signal.ts";
import type { Call } from "../model/call.ts";
import type { Warm } from "../model/warm.ts";

/** Finds what is registered. Null means: certainly not there. Throws `registry-unavailable` if nobody can tell. */
export interface Directory {
  /** Only keys that this installation issued are looked up; anything else is null at once (model/credential). */
  credential(key: string, call: Call): Warm<CredentialRecord | null>;
  application(id: string, call: Call): Warm<ApplicationRecord | null>;
  plan(id: string, call: Call): Warm<PlanRecord | null>;
  /**
   * The value of a secret of the call's environment. Rejects with `secret-unavailable` if there is none, or if the call may
   * go to a host that it is not bound to.
   */
  secret(name: string, call: Call): Warm<string>;
}

/**
 * Which of a URI's variants a response is (RFC 9111 §4.1): the request headers that select it, in order, and a hash of their
 * values. Variants count only beside the URI's first entry of the same generation, so that removing one removes them all.
 */
export interface CacheVariant {
  readonly names: readonly string[];
  readonly hash: string;
  readonly generation: string;
}

/** A stored response. `policy` is http-cache-semantics' object form; `sequence` is the call's that brought it. */
export interface CacheEntry {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
  readonly policy: Record<string, unknown>;
  readonly sequence: number;
  readonly tags: readonly string[];
  readonly variant: CacheVariant;
}

/** Where responses are kept. Keys are opaque hashes; a failing store answers null and loses writes, never throws. */
export interface CacheStore {
  get(key: string): Promise<CacheEntry | null>;
  /** Keeps an entry for at most `ttlSeconds`. Reads the body to its end. */
  put(key: string, entry: CacheEntry, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface Services {
  readonly directory: Directory;
  readonly cache: CacheStore;
  /** Marks since which cached responses are stale (architecture §7). */
  purges(workspace: string): readonly PurgeSignal[];
  now(): number;
}
