/** @module Decisions: what an action answers before anything is written. */
import type { SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Problem } from "../model/problem.ts";
import type { Target } from "./audit.ts";
import type { Effect } from "./context.ts";

/** One SQL statement of a batch. At most 100 bound parameters each: chunk longer inserts. */
export type Statement = BatchItem<"sqlite">;

/** Something that must still be true at commit and that the workspace's own chain does not protect. */
export interface Guard {
  readonly holds: SQL;
  /** What the caller gets when it does not. */
  readonly problem: Problem;
}

export interface ChangePart {
  readonly target: Target;
  readonly before: unknown;
  readonly after: unknown;
}

/** A change as decided. `before` and `after` go to the audit trail and hold no secrets; `output` goes to the caller. */
export interface Change<Output> {
  readonly target: Target;
  readonly before: unknown;
  readonly after: unknown;
  readonly output: Output;
  /** What else is changed, each with an entry of its own in the trail, behind the change's. */
  readonly parts?: readonly ChangePart[];
  readonly statements: readonly Statement[];
  readonly guards?: readonly Guard[];
  readonly effects?: readonly Effect[];
  /** When the Courier must look at what this has left to do, epoch ms. */
  readonly dueAt?: number;
}

/** `unchanged`: everything is as asked for already; nothing is written, not even an audit row. */
export type Decision<Output> =
  | Change<Output>
  | { readonly unchanged: true; readonly target: Target; readonly output: Output };
