/** @module Deleting: refused while anything depends on what is to go, and what does is listed. */
import * as z from "zod";
import { Problem } from "../model/problem.ts";
import type { Target } from "./audit.ts";
import type { Effect } from "./context.ts";
import type { Change, Statement } from "./decision.ts";

/** What a deletion answers: there is nothing left to say. */
export const Deleted = z.strictObject({});
export type Deleted = z.output<typeof Deleted>;

export interface Dependent {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

const namedMax = 20;

/** Throws `has-dependents` if there are any. `advice` says what to do with them first. */
export function refuseDependents(what: string, dependents: readonly Dependent[], advice: string): void {
  const [first, ...others] = dependents;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  throw new Problem("has-dependents", {
    detail: `${what} is still needed by ${first.kind} ${first.name}${more}. ${advice}`,
    members: { dependents: dependents.slice(0, namedMax), dependentCount: dependents.length },
  });
}

/** The change that a deletion is. Statements come in an order that keeps references whole: children first. */
export function deletion(
  target: Target,
  before: unknown,
  statements: readonly Statement[],
  effects: readonly Effect[] = [],
): Change<Deleted> {
  return { target, before, after: null, output: {}, statements, effects };
}
