/**
 * @module Context: what an action or query may use. Bindings arrive here as ports; areas never import the platform.
 */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { HourRange, Reconciliation } from "../model/ledger/reconciliation.ts";
import type { MinutesAnswer, MinutesQuestion } from "../model/ledger/usage-minutes.ts";
import type { Funding, JournalPage, JournalQuestion, Judgement, LedgerSnapshot } from "../model/ledger/messages.ts";
import type { TailAnswer, TailQuestion } from "../model/log-line.ts";
import type { PurgeSignal, Signal } from "../model/signal.ts";
import type { Bucket, Program, Root } from "../model/program.ts";
import type { RecordKind, RecordTypes } from "../model/records.ts";
import type { Sealer } from "../model/seal.ts";
import type { SecretBox } from "../model/secret.ts";

/** Who changes or asks. `workspace` null: every workspace (the first admin token). */
export interface Actor {
  readonly kind: "token" | "person" | "system";
  readonly id: string;
  readonly workspace: string | null;
  readonly scopes: readonly string[];
  /** Id of the admin token by which it acts; none for the first admin token. */
  readonly token?: string;
}

/** The gateway's side of the registry: what a change must reach after it is committed. */
export interface Edge {
  putProgram(hash: string, program: Program): Promise<void>;
  putBucket(hash: string, bucket: Bucket): Promise<void>;
  /** Null takes it away: what it was of is gone. */
  putRecord<Kind extends RecordKind>(kind: Kind, id: string, record: RecordTypes[Kind] | null): Promise<void>;
  /** Stores the root as the fallback and tells the Beacon. The Beacon takes only a greater sequence. */
  announce(root: Root, signals: readonly Signal[]): Promise<void>;
  /** Tells a ledger that a subject, or one credential, may not call any more, or may again. */
  judge(ledger: string, judgement: Judgement): Promise<void>;
  /** Tells a ledger of grants of credit as they stand. */
  fund(ledger: string, funding: Funding): Promise<void>;
  /** Asks the Courier to run due outbox work, by `withinMs` from now (at once if left out), and until none is left. */
  wakeCourier(withinMs?: number): Promise<void>;
}

export interface Keys {
  /** A new consumer key, to be shown once, and the hash to store. */
  make(): Promise<{ readonly key: string; readonly hash: string; readonly hint: string }>;
  /** A new admin token, likewise. */
  makeToken(): Promise<{ readonly token: string; readonly hash: string; readonly hint: string }>;
}

/** A mutable record of the edge: the kind, and its credential hash, application id, plan id, or environment and secret. */
export interface RecordRef {
  readonly kind: RecordKind;
  readonly id: string;
  /** Whether it may call has changed: its ledgers are told too, so that it holds at the next call that asks them. */
  readonly isJudged?: true;
}

/** Cached responses that are stale from now on (model/signal.ts PurgeSignal, which numbers it). */
export type Purge = Omit<PurgeSignal, "sequence" | "kind">;

/** What a distribution must bring to the edge: APIs wherever they stand, buckets by index, records, central policy lists. */
export interface Touched {
  readonly apis: readonly string[];
  readonly buckets: readonly number[];
  readonly records: readonly RecordRef[];
  readonly purges: readonly Purge[];
  readonly policies: boolean;
}

/** Every kind of effect with its payload. A new kind is a line here and a runner where the Context is made. */
export interface EffectPayloads {
  readonly distribute: Touched;
  /** Ids of grants of credit that ledgers must hear of. */
  readonly fund: { readonly grants: readonly string[] };
}
export type EffectKind = keyof EffectPayloads;
export type Effect = {
  [Kind in EffectKind]: { readonly kind: Kind; readonly payload: EffectPayloads[Kind] };
}[EffectKind];

/** The part of a Context that effects need: they run for nobody in particular. */
export type World = Pick<Context, "db" | "edge" | "now" | "effects">;

/**
 * Takes all payloads of its kind that are due, together, so that ten changes cost one announcement. `alone`: after that
 * failed, one payload of itself, with which nothing that others owe may be brought along.
 */
export type EffectRunner<Kind extends EffectKind> = (
  payloads: EffectPayloads[Kind][],
  world: World,
  alone?: boolean,
) => Promise<void>;
export type EffectRunners = { readonly [Kind in EffectKind]: EffectRunner<Kind> };

/** The calls of a workspace as they end. */
export interface Logs {
  read(question: TailQuestion): Promise<TailAnswer>;
}

/** What the ledgers count, as it stands: nothing here spends. Ledgers are named by model/ledger/name.ts. */
export interface Ledgers {
  peek(ledger: string): Promise<LedgerSnapshot>;
  /** Usage by the minute, as far back as ledgers keep it. */
  minutes(ledger: string, question: MinutesQuestion): Promise<MinutesAnswer>;
  /** Compares a ledger's hours with what D1 says of them; the ledger sends again what differs. */
  reconcile(ledger: string, range: HourRange): Promise<Reconciliation>;
  /** How a subscription's credit was moved. */
  journal(ledger: string, question: JournalQuestion): Promise<JournalPage>;
}

export interface Context {
  readonly db: DrizzleD1Database;
  readonly edge: Edge;
  readonly keys: Keys;
  readonly logs: Logs;
  readonly ledgers: Ledgers;
  /** Seals the values of secrets; opens them only to seal them anew. */
  readonly secrets: SecretBox;
  /** Seals what was answered under an idempotency key: it may hold what is shown once. */
  readonly answers: Sealer;
  /** What runs the effects of a change after its commit. */
  readonly effects: EffectRunners;
  readonly actor: Actor;
  /** The workspace that is acted in; every read and write filters by it. */
  readonly workspace: string;
  /** Id of the management request, for the audit row. */
  readonly requestId: string;
  /** Hosts that are Gatehouse's own; an environment or upstream may not claim them. */
  readonly ownHosts: readonly string[];
  /** Private addresses that upstreams may have nevertheless (UPSTREAM_PRIVATE). */
  readonly privateUpstreams: readonly string[];
  now(): number;
  /** A new id: prefix, underscore, ULID: `api_01J…`. */
  makeId(prefix: string): string;
  waitUntil(work: Promise<unknown>): void;
}
