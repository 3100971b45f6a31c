/**
 * @module Signals: numbered changes that the Beacon announces. An isolate asks with the cursor of its last answer and gets
 * what arrived after; a cursor older than the Beacon remembers makes it drop every mutable record instead.
 */
import * as z from "zod";
import type { Root } from "./program.ts";
import { RecordKind } from "./records.ts";

/** A record changed: copies with a lower sequence are not believed any more. */
export const RecordSignal = z.object({
  sequence: z.int(),
  kind: RecordKind,
  /** Credential hash, application id, plan id, or environment and name of a secret. */
  id: z.string(),
});

/** Cached responses that match are stale if their request began before the Beacon's cursor reached `sequence`. */
export const PurgeSignal = z.object({
  sequence: z.int(),
  kind: z.literal("purge"),
  workspace: z.string(),
  scope: z.enum(["tag", "prefix", "consumer", "api"]),
  value: z.string(),
});

export const Signal = z.discriminatedUnion("kind", [RecordSignal, PurgeSignal]);
export type Signal = z.output<typeof Signal>;
export type PurgeSignal = z.output<typeof PurgeSignal>;

/** The Beacon's answer. `root` is null where the caller's is current. `reset`: the cursor is older than what is kept. */
export interface BeaconAnswer {
  readonly root: Root | null;
  readonly signals: readonly Signal[];
  readonly cursor: number;
  readonly reset: boolean;
  /** Workspaces whose finished calls somebody watches: gateways report them to their tails. An older Beacon does not say. */
  readonly tailed?: readonly string[];
  /** There is more behind `cursor`: ask again. */
  readonly more?: boolean;
}

/** Asked with what the caller has: the sequence of its root (-1 = none) and the cursor of its last answer (0 = none). */
export interface BeaconQuestion {
  readonly root: number;
  readonly cursor: number;
}
