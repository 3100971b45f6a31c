/** @module What ends a command: what happened, what to do next, and where it stands in the operator's files. */

/** A finding at its place in a file. Lines and columns count from 1; both are 0 where there is no telling. */
export interface LocatedFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
  readonly message: string;
  readonly severity: "error" | "warning";
  /** The line as it is written and how much of it is meant, for people. */
  readonly excerpt: { readonly text: string; readonly length: number } | null;
}

export interface Failure {
  readonly message: string;
  /** What to do now. */
  readonly next: string;
  readonly findings: readonly LocatedFinding[];
}

const failures = new WeakMap<Error, Failure>();

/** An error to throw; `readFailure` gets the parts back. */
export function failure(message: string, next: string, findings: readonly LocatedFinding[] = []): Error {
  const error = new Error(message);
  failures.set(error, { message, next, findings });
  return error;
}

/** What was thrown, as a failure. A fault of our own keeps its stack: there is nothing else to go by. */
export function readFailure(thrown: unknown): Failure {
  const known = thrown instanceof Error ? failures.get(thrown) : undefined;
  if (known !== undefined) return known;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { message: `The command itself failed. ${text}`, next: "Report this with the text above.", findings: [] };
}
