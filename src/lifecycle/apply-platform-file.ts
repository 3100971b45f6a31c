import { eq } from "drizzle-orm";
import * as z from "zod";
import { policyLists } from "../../schema/catalog.ts";
import { workspaces } from "../../schema/workspaces.ts";
import { defineAction } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import type { ChangePart, Decision, Statement } from "../actions/decision.ts";
import { distribute } from "../actions/effect.ts";
import type { Scope } from "../actions/scope.ts";
import { allows } from "../actions/scope.ts";
import {
  PlatformDocument,
  PlatformFile,
  PlatformPlan,
  checkForm,
  storeContents,
  type Content,
} from "../catalog/index.ts";
import { unchangedWorkspace } from "../identity/index.ts";
import { Problem } from "../model/problem.ts";
import { canonicalJson } from "../model/revision.ts";
import type { Pruned } from "./platform-file-prune.ts";
import { planMoves } from "./platform-file-placements.ts";
import { planPlatformFile, type FullPlan, type SharedWish } from "./platform-file-plan.ts";
import type { VersionWish } from "./platform-file-versions.ts";
import { pruneStatements, pruneTouched } from "./platform-file-prune-rows.ts";
import { clearRows, targetOf, writeRows, type Wish } from "./platform-file-wish.ts";
import { storePrograms } from "./program-store.ts";

/** A plan shows what is, consumers included: so asking for one needs the right to read them. */
const planNeeds: readonly Scope[] = ["catalog:read", "consumers:read"];
const applyNeeds: readonly Scope[] = [
  ...planNeeds,
  "catalog:write",
  "policies:write",
  "lifecycle:write",
  "consumers:write",
];

export const applyPlatformFile = defineAction({
  name: "apply-platform-file",
  summary:
    "Makes a workspace what gatehouse.yaml says, all of it or nothing; or, with plan, only says what would change.",
  scope: "catalog:read",
  input: z.strictObject({
    plan: z.boolean().default(false).describe("Only plan: nothing is changed."),
    prune: z
      .boolean()
      .default(false)
      .describe("Delete what the workspace has and the file does not name; left alone otherwise."),
    planId: z.string().max(100).optional().describe("The plan to carry out, as planning answered it."),
    file: z.preprocess(refuseForm, PlatformFile).describe("The workspace's file, as JSON."),
    documents: z
      .record(z.string(), PlatformDocument)
      .default({})
      .describe("The documents that versions name, by the path that the file gives them."),
  }),
  output: PlatformPlan,
  async decide({ plan: planOnly, prune, planId, file, documents }, ctx) {
    if (planOnly) requireScopes(ctx, "Planning", planNeeds);
    else requireScopes(ctx, "Applying", applyNeeds);
    const full = await planPlatformFile(ctx, file, documents, prune);
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
    await storeAll(ctx, full);
    return change(ctx, full);
  },
});

/** Before the schema, which leaves out what it does not expect of any object. */
function refuseForm(file: unknown, issues: z.RefinementCtx): unknown {
  for (const { path, message } of checkForm(file)) issues.addIssue({ code: "custom", message, path });
  return file;
}

function requireScopes(ctx: Context, what: string, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !allows(ctx.actor.scopes, scope));
  if (missing.length === 0) return;
  throw new Problem("scope-missing", {
    detail: `${what} a file needs the scopes ${needed.join(", ")}; this token lacks ${missing.join(", ")}. Use one that has them.`,
    members: { scope: missing[0] },
  });
}

/** Under their own addresses, so that an abandoned apply leaves nothing that anything points to. */
async function storeAll(ctx: Context, { versions, shared }: FullPlan): Promise<void> {
  await storeContents(ctx, versions.flatMap(contentsOf));
  await storePrograms(ctx, [
    ...versions.flatMap(({ programs }) => programs),
    ...(shared === null || shared.program === null ? [] : [shared.program]),
  ]);
}

function contentsOf({ revision, content, document }: VersionWish): Content[] {
  const text = canonicalJson(content);
  const own: Content = { id: revision, kind: "revision", mediaType: "application/json", text };
  if (document === undefined || content.document === null) return [own];
  return [{ id: content.document, kind: "document", ...document }, own];
}

/** One batch: first what makes room, then all rows, then where APIs stand. */
async function change(ctx: Context, full: FullPlan): Promise<Decision<PlatformPlan>> {
  const { plan, state, wanted, wishes, pruned, shared } = full;
  const moves = planMoves(wanted);
  const prune = pruned === null ? { first: [], last: [] } : pruneStatements(ctx, pruned);
  const left = pruned === null ? nothingLeft : await pruneTouched(ctx, state, pruned);
  const gone = pruned?.deletions ?? [];
  const edition = state.workspace.edition;
  const { name } = wanted.file;
  return {
    target: { kind: "workspace", id: ctx.workspace, edition },
    before: { name: state.workspace.name },
    after: {
      name: name ?? state.workspace.name,
      created: wishes.filter(({ before }) => before === null).map(({ resource }) => resource),
      updated: wishes.filter(({ before }) => before !== null).map(({ resource }) => resource),
      deleted: gone.map(({ resource }) => resource),
    },
    // Each with an entry of its own, so that the trail has all of it, however much a file changes.
    parts: [...wishes.flatMap(partOf), ...gone.flatMap(deletedPart)],
    output: { ...plan, applied: true },
    guards: [unchangedWorkspace(state.workspace, changedMeanwhile)],
    statements: [
      ctx.db
        .update(workspaces)
        .set({ ...(name === undefined ? {} : { name }), edition: edition + 1, updatedAt: ctx.now() })
        .where(eq(workspaces.id, ctx.workspace)),
      ...prune.first,
      ...clearRows(ctx, wishes),
      ...moves.clear,
      ...writeRows(ctx, wishes),
      ...(shared === null ? [] : [writeShared(ctx, shared)]),
      ...moves.insert,
      ...prune.last,
    ],
    effects: [
      distribute({
        apis: [...new Set([...wishes.flatMap(({ touched }) => touched?.apis ?? []), ...moves.apis, ...left.apis])],
        buckets: [...new Set([...moves.buckets, ...left.buckets])],
        records: [...wishes.flatMap(({ touched }) => touched?.records ?? []), ...left.records],
        policies: shared !== null,
      }),
    ],
  };
}

/** The row that every look-up of the workspace's list and sets begins at. */
function writeShared(ctx: Context, { row }: SharedWish): Statement {
  return ctx.db.insert(policyLists).values(row).onConflictDoUpdate({ target: policyLists.workspace, set: row });
}

function partOf(wish: Wish): ChangePart[] {
  const target = targetOf(wish);
  return target === null ? [] : [{ target, before: wish.before, after: wish.after }];
}

function deletedPart({ target, before }: Pruned["deletions"][number]): ChangePart[] {
  return target === null ? [] : [{ target, before, after: null }];
}

const nothingLeft = { apis: [], buckets: [], records: [] };

const changedMeanwhile = new Problem("plan-outdated", {
  detail: "The workspace was changed while the file was applied. Ask for a new plan and look at it.",
});
