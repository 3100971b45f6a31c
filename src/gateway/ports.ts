/**
 * @module What the data plane asks of the world beyond policies' `Services`. Adapters live in `platform/`; worker.ts joins them.
 */
import type { Ask, LedgerSnapshot, Reply } from "../model/ledger/messages.ts";
import type { LogLine } from "../model/log-line.ts";
import type { Bucket, Program, Root } from "../model/program.ts";
import type { Problem } from "../model/problem.ts";
import type { RecordKind, RecordTypes } from "../model/records.ts";
import type { Sealer } from "../model/seal.ts";
import type { SecretBox } from "../model/secret.ts";
import type { BeaconAnswer, BeaconQuestion } from "../model/signal.ts";
import type { Usage } from "../model/usage.ts";
import type { CacheStore } from "../policies/services.ts";

/** One RPC to the ledger object of that name. May reject, or answer late; both are the caller's to handle (R5, R6). */
export interface LedgerPort {
  ask(ledger: string, ask: Ask): Promise<Reply>;
  /** The limits as they stand, spending nothing. May reject. */
  peek(ledger: string): Promise<LedgerSnapshot>;
}

export interface BeaconPort {
  since(question: BeaconQuestion): Promise<BeaconAnswer>;
}

/** Reads the registry's edge form: KV first, the database where KV cannot know yet. Null: not there. */
export interface RegistrySource {
  root(): Promise<Root | null>;
  bucket(hash: string): Promise<Bucket | null>;
  program(hash: string): Promise<Program | null>;
  /**
   * A record that is at least as new as `floor`. `mayAskDatabase` bounds what one client can cost: it is asked before a
   * record that KV does not have is looked for in the database, and throws to refuse.
   */
  record<Kind extends RecordKind>(
    kind: Kind,
    id: string,
    floor: number,
    mayAskDatabase: () => Promise<void>,
  ): Promise<RecordTypes[Kind] | null>;
}

/** What the gateway must know of its installation. */
export interface GatewaySettings {
  /** Origin of the portal, for problem types. */
  readonly portalOrigin: string;
  /** This installation's name in `Via` and `CDN-Loop` (RFC 8586): its portal's host. */
  readonly cdnId: string;
  /** Hosts that are Gatehouse's own: never an upstream. */
  readonly ownHosts: readonly string[];
  /** `host:port` of private addresses that may be upstreams. */
  readonly privateUpstreams: readonly string[];
  /** Console and portal share the host: proxied answers are sandboxed. */
  readonly sharedHost: boolean;
}

export interface GatewayPorts {
  readonly source: RegistrySource;
  readonly beacon: BeaconPort;
  readonly ledger: LedgerPort;
  readonly cache: CacheStore;
  readonly keySecret: string;
  readonly explanations: Sealer;
  readonly secrets: SecretBox;
  readonly settings: GatewaySettings;
  /** One point of usage; never waits, never throws. */
  point(usage: Usage): void;
  /** Tells whoever watches the workspace of finished calls, and of how many more there were. */
  report(workspace: string, lines: readonly LogLine[], skipped: number): Promise<void>;
  /** Whether this client may cause one more look-up of an unknown key in the database. */
  mayLookUp(client: string): Promise<boolean>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  wait(ms: number): Promise<void>;
  makeId(): string;
  /** Tells the operator of a problem whose owner is not the caller. Gets no secret and no header. */
  log(problem: Problem, callId: string): void;
}
