import { sql } from "drizzle-orm";
import { changes, guards, outbox } from "../../schema/actions.ts";
import { Problem } from "../model/problem.ts";
import type { ChainHead } from "../model/audit-chain.ts";
import { auditable, chainRow, readHead, type AuditRow, type Target } from "./audit.ts";
import { roomStatement } from "./bucket-room.ts";
import type { Context } from "./context.ts";
import type { Change, ChangePart, Decision, Guard, Statement } from "./decision.ts";
import { versionConflict } from "./version-conflict.ts";
import { firstRows, headStartMs, runEffects, splitEffect, touchedBy, withBuckets, type OutboxRow } from "./effect.ts";
import { earlierAnswer, keepAnswer, type Once } from "./idempotency.ts";
import { insertAudit } from "./insert-audit.ts";
import { busyProblem, commitProblem, databaseMessage, isChainConflict, isGuardFailure } from "./failure.ts";

/** An action with its input bound. */
export interface CommitStep {
  readonly name: string;
  readonly expectedVersion: number | undefined;
  readonly readTarget: ((ctx: Context) => Promise<Target | null>) | undefined;
  decide(ctx: Context): Promise<Decision<unknown>>;
}

type Decided = readonly [step: CommitStep, decision: Decision<unknown>];

/** How long a change is tried for while others get ahead of it. The attempts are counted too: a clock may stand still. */
const patienceMs = 8_000;
const attemptsMax = 100;
/** Pause before the next attempt: at random, or those who collided would collide again. */
const pauseMinMs = 20;
const pauseMaxMs = 200;

/** When the Courier looks after a change that is about to be committed: the request has had its head start by then. */
const courierLooksMs = headStartMs + 1_000;
/** Attempts for which one call to the Courier is enough: they take well under `courierLooksMs`. */
const attemptsArmed = 10;

/** What the steps answer, in their order. */
export interface Committed {
  readonly outputs: readonly unknown[];
  /** Nothing was changed now: it had been, under the same idempotency key. */
  readonly replayed: boolean;
}

/**
 * Decides all steps and commits them in one batch; again, if the workspace was changed in between. `once`, which goes with one
 * step, has it made no second time: whoever asks at the same moment loses the chain's next number, and then finds the answer.
 */
export async function commitSteps(ctx: Context, steps: readonly CommitStep[], once?: Once): Promise<Committed> {
  const began = ctx.now();
  for (let attempt = 1; ; attempt += 1) {
    const head = await readHead(ctx);
    const earlier = once === undefined ? null : await earlierAnswer(ctx, once);
    if (earlier !== null) return { outputs: [earlier.output], replayed: true };
    const decided: Decided[] = [];
    for (const step of steps) decided.push([step, await decide(step, ctx)]);
    const made = decided.filter((pair): pair is [CommitStep, Change<unknown>] => !("unchanged" in pair[1]));
    if (made.length > 0) {
      if (attempt % attemptsArmed === 1) armCourier(ctx, made);
      try {
        await commit(ctx, head, made, once);
      } catch (error) {
        if (!isChainConflict(error)) throw await refusal(error, ctx, made);
        if (attempt >= attemptsMax || ctx.now() - began >= patienceMs) throw busyProblem();
        await pause();
        continue;
      }
    }
    return { outputs: decided.map(([, decision]) => decision.output), replayed: false };
  }
}

function pause(): Promise<void> {
  const ms = pauseMinMs + Math.random() * (pauseMaxMs - pauseMinMs);
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function decide(step: CommitStep, ctx: Context): Promise<Decision<unknown>> {
  let decision: Decision<unknown>;
  try {
    decision = await step.decide(ctx);
  } catch (refused) {
    // Whoever saw an old state is told that first: what it is refused for may follow from what others have changed since.
    if (refused instanceof Problem) await refuseStale(step, ctx, (await step.readTarget?.(ctx)) ?? null);
    throw refused;
  }
  await refuseStale(step, ctx, decision.target);
  return decision;
}

/** Throws `version-conflict` if the caller named another edition than the target's. */
async function refuseStale(
  { expectedVersion: expected }: CommitStep,
  ctx: Context,
  target: Target | null,
): Promise<void> {
  if (expected === undefined || target === null || target.edition === expected) return;
  throw await versionConflict(ctx, target, expected);
}

/** The audit rows come first: a conflict with another change of the workspace is told before any that follows from it. */
async function commit(
  ctx: Context,
  head: ChainHead,
  made: readonly [CommitStep, Change<unknown>][],
  once: Once | undefined,
): Promise<void> {
  const at = ctx.now();
  const batch: Statement[] = [];
  let end = head;
  for (const [step, change] of made) {
    const entry = (part: ChangePart) => ({
      workspace: ctx.workspace,
      at,
      actorKind: ctx.actor.kind,
      actor: ctx.actor.id,
      action: step.name,
      targetKind: part.target.kind,
      target: part.target.id,
      targetVersion: part.target.edition + 1,
      before: auditable(part.before),
      after: auditable(part.after),
      requestId: ctx.requestId,
    });
    const rows: AuditRow[] = [];
    for (const part of [change, ...(change.parts ?? [])]) {
      const row = await chainRow(end, entry(part));
      end = { sequence: row.sequence, hash: row.hash };
      rows.push(row);
    }
    batch.push(...insertAudit(ctx, rows));
    batch.push(ctx.db.insert(changes).values({ at, workspace: ctx.workspace, action: step.name }));
  }
  for (const [, change] of made) batch.push(...(change.guards ?? []).map((guard) => guardStatement(ctx, guard)));
  for (const [, change] of made) batch.push(...change.statements);
  if (once !== undefined) batch.push(...(await keepAnswer(ctx, once, made[0]?.[1].output)));
  const effects = await withBuckets(
    ctx,
    made.flatMap(([, change]) => change.effects ?? []),
  );
  const room = roomStatement(ctx, touchedBy(effects));
  if (room !== null) batch.push(room);
  const owed = effects
    .flatMap(splitEffect)
    .map((effect): OutboxRow => ({ id: ctx.makeId("out"), attempts: 0, ...effect }));
  for (const row of owed) {
    batch.push(ctx.db.insert(outbox).values({ ...row, workspace: ctx.workspace, dueAt: at + headStartMs }));
  }
  await runBatch(ctx, batch);
  // What fails here, or is too much for one request, is the Courier's.
  await runEffects(firstRows(owed), ctx);
}

/** Before the commit: whoever makes it may die right after it, and what it owes must not wait for anybody's next change. */
function armCourier(ctx: Context, made: readonly (readonly [CommitStep, Change<unknown>])[]): void {
  const changes = made.map(([, change]) => change);
  const dueAt = changes.some(({ effects = [] }) => effects.length > 0)
    ? 0
    : Math.min(...changes.map((change) => change.dueAt ?? Infinity));
  if (dueAt === Infinity) return;
  const armed = ctx.edge.wakeCourier(Math.max(courierLooksMs, dueAt - ctx.now()));
  ctx.waitUntil(armed.catch((error: unknown) => console.error("courier could not be armed", databaseMessage(error))));
}

/** Runs a batch of any length, even none. */
export async function runBatch(ctx: Pick<Context, "db">, statements: readonly Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first !== undefined) await ctx.db.batch([first, ...rest]);
}

/** `insert … select` rather than `db.run`: drizzle cannot bind the parameters of raw statements within a batch. */
function guardStatement(ctx: Context, guard: Guard): Statement {
  return ctx.db.insert(guards).select(sql`select ${ctx.workspace}, 0 where not coalesce((${guard.holds}), 0)`);
}

async function refusal(error: unknown, ctx: Context, made: readonly [CommitStep, Change<unknown>][]): Promise<unknown> {
  if (!isGuardFailure(error)) return commitProblem(error);
  for (const guard of made.flatMap(([, change]) => change.guards ?? [])) {
    const row = await ctx.db.get<{ holds: number } | undefined>(sql`select coalesce((${guard.holds}), 0) as holds`);
    if (row?.holds !== 1) return guard.problem;
  }
  return new Problem("state-conflict", { detail: "The state moved while this change was made. Try again." });
}
