import { eq } from "drizzle-orm";
import * as z from "zod";
import { workspaces } from "../../schema/workspaces.ts";
import { allows, defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { Decision } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import type { Scope } from "../actions/scope.ts";
import { PlatformDocument, PlatformFile, PlatformPlan, storeContent, storeRevisionContent } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";
import { planMoves } from "./platform-file-placements.ts";
import { planPlatformFile, type FullPlan } from "./platform-file-plan.ts";
import { clearRows, writeRows } from "./platform-file-wish.ts";
import { storeProgram } from "./program-store.ts";

/** What applying needs besides the action's own scope. */
const needed: readonly Scope[] = ["catalog:write", "policies:write", "lifecycle:write", "consumers:write"];

export const applyPlatformFile = defineAction({
  name: "apply-platform-file",
  summary:
    "Makes a workspace what gatehouse.yaml says, all of it or nothing; or, with plan, only says what would change.",
  scope: "catalog:read",
  input: z.strictObject({
    plan: z.boolean().default(false).describe("Only plan: nothing is changed."),
    planId: z.string().max(100).optional().describe("The plan to carry out, as planning answered it."),
    file: PlatformFile.describe("The workspace's file, as JSON."),
    documents: z
      .record(z.string(), PlatformDocument)
      .default({})
      .describe("The documents that versions name, by the path that the file gives them."),
  }),
  output: PlatformPlan,
  async decide({ plan: planOnly, planId, file, documents }, ctx) {
    if (!planOnly) requireScopes(ctx);
    const full = await planPlatformFile(ctx, file, documents);
    const { plan, state } = full;
    const target = { kind: "workspace", id: ctx.workspace, edition: state.workspace.edition };
    if (planOnly) return { unchanged: true, target, output: plan };
    if (planId === undefined) {
      throw new Problem("input-invalid", {
        detail: "Name the plan to carry out: ask for it with ?plan=true, look at it, and send its planId.",
      });
    }
    if (planId !== plan.planId) {
      throw new Problem("plan-outdated", {
        detail:
          "The workspace or the file is not what it was when this plan was made. Ask for a new plan and look at it.",
        members: { planId: plan.planId },
      });
    }
    if (plan.changes.length === 0) return { unchanged: true, target, output: { ...plan, applied: true } };
    await storeContents(ctx, full);
    return change(ctx, full);
  },
});

function requireScopes(ctx: Context): void {
  const missing = needed.filter((scope) => !allows(ctx.actor.scopes, scope));
  if (missing.length === 0) return;
  throw new Problem("scope-missing", {
    detail: `Applying a file needs the scopes ${needed.join(", ")}; this token lacks ${missing.join(", ")}. Use one that has them.`,
    members: { scope: missing[0] },
  });
}

/** Under their own addresses, so that an abandoned apply leaves nothing that anything points to. */
async function storeContents(ctx: Context, { versions, workspaceProgram }: FullPlan): Promise<void> {
  for (const { content, document, programs } of versions) {
    if (document !== undefined && content.document !== null) {
      await storeContent(ctx, { id: content.document, kind: "document", ...document });
    }
    await storeRevisionContent(ctx, content);
    for (const program of programs) await storeProgram(ctx, program);
  }
  if (workspaceProgram !== null) await storeProgram(ctx, workspaceProgram);
}

/** One batch: first what makes room, then all rows, then where APIs stand. */
function change(ctx: Context, { plan, state, wanted, wishes }: FullPlan): Decision<PlatformPlan> {
  const moves = planMoves(wanted);
  const edition = state.workspace.edition;
  return {
    target: { kind: "workspace", id: ctx.workspace, edition },
    before: Object.fromEntries(wishes.map(({ resource, before }) => [resource, before])),
    after: Object.fromEntries(wishes.map(({ resource, after }) => [resource, after])),
    output: { ...plan, applied: true },
    statements: [
      ctx.db
        .update(workspaces)
        .set({ name: wanted.file.name ?? state.workspace.name, edition: edition + 1, updatedAt: ctx.now() })
        .where(eq(workspaces.id, ctx.workspace)),
      ...clearRows(ctx, wishes),
      ...moves.clear,
      ...writeRows(ctx, wishes),
      ...moves.insert,
    ],
    effects: [
      distribute({
        apis: [...new Set([...wishes.flatMap(({ touched }) => touched?.apis ?? []), ...moves.apis])],
        buckets: moves.buckets,
        records: wishes.flatMap(({ touched }) => touched?.records ?? []),
        policies: wishes.some(({ touched }) => touched?.policies === true),
      }),
    ],
  };
}
