import { platformWorkspace, type Realm } from "../actions/action.ts";
import type { Actor } from "../actions/context.ts";
import { hasTrail, openWorkspace } from "../identity/index.ts";
import { Problem } from "../model/problem.ts";
import type { Directory } from "./ports.ts";

export const workspaceHeader = "Gatehouse-Workspace";

/** Where a request goes that names none, unless its token is bound to a workspace. */
const defaultWorkspace = "default";

/** Where a request acts, and what is asked of changes there. */
export interface Chosen {
  readonly workspace: string;
  readonly requireIfMatch: boolean;
}

/**
 * The workspace that a request acts in. A bound token's own is its default and the only one it may name: every other is the
 * same `resource-not-found` as one that does not exist.
 */
export async function chooseWorkspace(
  named: string | undefined,
  actor: Actor,
  { realm, outlives }: { readonly realm: Realm; readonly outlives: boolean },
  directory: Directory,
): Promise<Chosen> {
  if (realm === "platform") return { workspace: platformWorkspace, requireIfMatch: false };
  const workspace = named ?? actor.workspace ?? defaultWorkspace;
  const allowed = workspace !== platformWorkspace && (actor.workspace === null || actor.workspace === workspace);
  const opened = allowed ? await openWorkspace(directory, workspace) : null;
  if (opened !== null) return { workspace, requireIfMatch: opened.requireIfMatch };
  if (allowed && outlives && actor.workspace === null && (await hasTrail(directory, workspace))) {
    return { workspace, requireIfMatch: false };
  }
  throw new Problem("resource-not-found", {
    detail: `There is no workspace ${workspace.slice(0, 60)}. Name another one in the header ${workspaceHeader}.`,
  });
}
