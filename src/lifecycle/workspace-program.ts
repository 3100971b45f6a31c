/** @module The program that holds what all versions of a workspace share: its policy list and its policy sets. */
import { eq } from "drizzle-orm";
import { policyLists } from "../../schema/catalog.ts";
import { sequenceQuery } from "../../schema/records.ts";
import type { Context, Effect } from "../actions/context.ts";
import type { Statement } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import type { PolicyList } from "../model/policy-entry.ts";
import type { PolicySets } from "../model/policy-set.ts";
import { Problem } from "../model/problem.ts";
import { programFormat, type WorkspaceProgram } from "../model/program.ts";
import { storeProgram } from "./program-store.ts";

interface Shared {
  readonly policies: PolicyList;
  readonly sets: PolicySets;
}

/** Each isolate that serves anything of the workspace holds it. */
const charactersMax = 400_000;

/** Throws `state-conflict` for more than gateways hold. Null where there is nothing to share: then the gateway reads nothing. */
export function workspaceProgram(workspace: string, { policies, sets }: Shared, sequence: number) {
  if (policies.length === 0 && Object.keys(sets).length === 0) return null;
  const program: WorkspaceProgram = { format: programFormat, kind: "workspace", workspace, policies, sets, sequence };
  const size = JSON.stringify(program).length;
  if (size <= charactersMax) return program;
  throw new Problem("state-conflict", {
    detail: `The workspace's list and its policy sets would take ${size} characters as JSON, and may take ${charactersMax}: every gateway holds all of them. Move what few versions need to those.`,
  });
}

/** The number of the change that is being decided: one more than any of before, all of which are committed by now. */
export async function nextSequence({ db }: Pick<Context, "db">): Promise<number> {
  const [at] = await sequenceQuery(db);
  return (at?.sequence ?? 0) + 1;
}

/** What the row of the workspace's list keeps of the program, which is stored. */
export async function storeShared(
  ctx: Context,
  shared: Shared,
): Promise<{ readonly program: string | null; readonly sequence: number }> {
  const sequence = await nextSequence(ctx);
  const program = workspaceProgram(ctx.workspace, shared, sequence);
  return { program: program === null ? null : await storeProgram(ctx, program), sequence };
}

/** What follows from the workspace having these sets from now on: its program is another, its list the same. */
export async function shareSets(
  ctx: Context,
  sets: PolicySets,
): Promise<{ readonly statements: readonly Statement[]; readonly effects: readonly Effect[] }> {
  const [list] = await ctx.db.select().from(policyLists).where(eq(policyLists.workspace, ctx.workspace));
  const kept = await storeShared(ctx, { policies: list?.entries ?? [], sets });
  const now = ctx.now();
  const unset = { scope: "workspace" as const, entries: [], edition: 0, createdAt: now, updatedAt: now };
  return {
    statements: [
      ctx.db
        .insert(policyLists)
        .values({ workspace: ctx.workspace, ...unset, ...kept })
        .onConflictDoUpdate({ target: policyLists.workspace, set: kept }),
    ],
    effects: [distribute({ policies: true })],
  };
}
