import { Problem } from "../model/problem.ts";

/**
 * What D1 said, without what was bound: drizzle wraps an error in one whose message holds the parameters, batches throw it
 * bare. Never log or show anything else of a database error.
 */
export function databaseMessage(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.cause instanceof Error && error.message.startsWith("Failed query")) return databaseMessage(error.cause);
  return error.message;
}

/** Whether somebody else's change of the same workspace was committed in between: then the decision is made again. */
export function isChainConflict(error: unknown): boolean {
  return databaseMessage(error).includes("UNIQUE constraint failed: audit.");
}

export function isGuardFailure(error: unknown): boolean {
  return databaseMessage(error).includes("guard_holds");
}

/** Whether a bucket would have become too large (bucket-room.ts). */
export function isBucketFull(error: unknown): boolean {
  return databaseMessage(error).includes("NOT NULL constraint failed: guards.holds");
}

/** What the caller gets where others were always faster. The chain holds all changes of a workspace, related or not. */
export function busyProblem(): Problem {
  return new Problem("registry-unavailable", {
    detail:
      "This workspace is being changed by many at once, so this change found no gap. Nothing was changed. Try again.",
    headers: { "Retry-After": "2" },
  });
}

/** A failed batch as a Problem: a taken name, a reference to what is gone, else our own fault. */
export function commitProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const message = databaseMessage(error);
  const taken = /UNIQUE constraint failed: ([\w., ]+)/.exec(message)?.[1];
  if (taken !== undefined) return alreadyExists(taken);
  if (isBucketFull(error)) {
    return new Problem("state-conflict", {
      detail:
        "Too much would stand at one host and first path segment: what is served there may take 1.8 MB, with all versions " +
        "and targets. Retire versions, name fewer or shorter targets, or choose another prefix.",
    });
  }
  if (message.includes("SQLITE_TOOBIG")) {
    return new Problem("body-too-large", {
      detail:
        "One part of this change is larger than 2 MB, which is the most that can be stored in one piece. Make it smaller.",
    });
  }
  if (message.includes("FOREIGN KEY constraint failed")) {
    return new Problem("state-conflict", {
      detail: "Something that this change refers to is not there, or still in use.",
    });
  }
  return new Error(`database: ${message}`);
}

/** From SQLite's `apis.workspace, apis.slug`: the last column is what the caller chose. */
function alreadyExists(columns: string): Problem {
  const [table = "", column = ""] = columns.split(", ").at(-1)?.trim().split(".") ?? [];
  const field = column.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const noun = table.replaceAll("_", " ");
  return new Problem("already-exists", {
    detail: `This ${field} is already taken among the ${noun}. Choose another one.`,
    members: { errors: [{ pointer: `/${field}`, message: "Already taken.", severity: "error" }] },
  });
}
