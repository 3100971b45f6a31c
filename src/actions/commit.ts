import { sql } from "drizzle-orm";
import { audit, changes, guards, outbox } from "../../schema/actions.ts";
import { Problem } from "../model/problem.ts";
import { auditable, chainRow, readHead, type ChainHead } from "./audit.ts";
import type { Context } from "./context.ts";
import type { Change, Decision, Guard, Statement } from "./decision.ts";
import { headStartMs, rowsMax, runEffects, splitEffect, type OutboxRow } from "./effect.ts";
import { commitProblem, isChainConflict, isGuardFailure } from "./failure.ts";

/** An action with its input bound. */
export interface CommitStep {
  readonly name: string;
  readonly expectedVersion: number | undefined;
  decide(ctx: Context): Promise<Decision<unknown>>;
}

type Decided = readonly [step: CommitStep, decision: Decision<unknown>];

const attemptsMax = 10;

/** Decides all steps and commits them in one batch; again, if the workspace was changed in between. */
export async function commitSteps(ctx: Context, steps: readonly CommitStep[]): Promise<unknown[]> {
  for (let attempt = 1; ; attempt += 1) {
    const head = await readHead(ctx);
    const decided: Decided[] = [];
    for (const step of steps) decided.push([step, await decide(step, ctx)]);
    const made = decided.filter((pair): pair is [CommitStep, Change<unknown>] => !("unchanged" in pair[1]));
    if (made.length > 0) {
      try {
        await commit(ctx, head, made);
      } catch (error) {
        if (isChainConflict(error) && attempt < attemptsMax) continue;
        throw await refusal(error, ctx, made);
      }
    }
    return decided.map(([, decision]) => decision.output);
  }
}

async function decide(step: CommitStep, ctx: Context): Promise<Decision<unknown>> {
  const decision = await step.decide(ctx);
  const expected = step.expectedVersion;
  if (expected !== undefined && expected !== decision.target.edition) {
    throw new Problem("version-conflict", {
      detail: `You saw edition ${expected} of this ${decision.target.kind}; it is at ${decision.target.edition} now. Read it again and decide anew.`,
      members: { edition: decision.target.edition },
    });
  }
  return decision;
}

/** The audit rows come first: a conflict with another change of the workspace is told before any that follows from it. */
async function commit(ctx: Context, head: ChainHead, made: readonly [CommitStep, Change<unknown>][]): Promise<void> {
  const at = ctx.now();
  const batch: Statement[] = [];
  let end = head;
  for (const [step, change] of made) {
    const row = await chainRow(end, {
      workspace: ctx.workspace,
      at,
      actorKind: ctx.actor.kind,
      actor: ctx.actor.id,
      action: step.name,
      targetKind: change.target.kind,
      target: change.target.id,
      targetVersion: change.target.edition + 1,
      before: auditable(change.before),
      after: auditable(change.after),
      requestId: ctx.requestId,
    });
    end = { sequence: row.sequence, hash: row.hash };
    batch.push(ctx.db.insert(audit).values(row));
    batch.push(ctx.db.insert(changes).values({ at, workspace: ctx.workspace, action: step.name }));
  }
  for (const [, change] of made) batch.push(...(change.guards ?? []).map((guard) => guardStatement(ctx, guard)));
  for (const [, change] of made) batch.push(...change.statements);
  const owed = made.flatMap(([, change]) =>
    (change.effects ?? []).flatMap(splitEffect).map((effect) => ({ id: ctx.makeId("out"), attempts: 0, ...effect })),
  );
  for (const row of owed) {
    batch.push(ctx.db.insert(outbox).values({ ...row, workspace: ctx.workspace, dueAt: at + headStartMs }));
  }
  await runBatch(ctx, batch);
  await settle(ctx, owed);
}

/** Runs a batch of any length, even none. */
export async function runBatch(ctx: Pick<Context, "db">, statements: readonly Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first !== undefined) await ctx.db.batch([first, ...rest]);
}

/** The change is committed whatever happens here, so nothing is thrown: what fails, or is too much, is the Courier's. */
async function settle(ctx: Context, owed: readonly OutboxRow[]): Promise<void> {
  if (owed.length === 0) return;
  const done = await runEffects(owed.slice(0, rowsMax), ctx);
  if (done && owed.length <= rowsMax) return;
  ctx.waitUntil(ctx.edge.wakeCourier().catch((error: unknown) => console.error("courier could not be woken", error)));
}

/** `insert … select` rather than `db.run`: drizzle cannot bind the parameters of raw statements within a batch. */
function guardStatement(ctx: Context, guard: Guard): Statement {
  return ctx.db.insert(guards).select(sql`select ${ctx.workspace}, 0 where not coalesce((${guard.holds}), 0)`);
}

async function refusal(error: unknown, ctx: Context, made: readonly [CommitStep, Change<unknown>][]): Promise<unknown> {
  if (isChainConflict(error)) {
    return new Problem("state-conflict", { detail: "This workspace is being changed too often right now. Try again." });
  }
  if (!isGuardFailure(error)) return commitProblem(error);
  for (const guard of made.flatMap(([, change]) => change.guards ?? [])) {
    const row = await ctx.db.get<{ holds: number } | undefined>(sql`select coalesce((${guard.holds}), 0) as holds`);
    if (row?.holds !== 1) return guard.problem;
  }
  return new Problem("state-conflict", { detail: "The state moved while this change was made. Try again." });
}
