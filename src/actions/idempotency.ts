/**
 * @module Idempotency keys (draft-ietf-httpapi-idempotency-key-header-07): a change that was asked for under a key is made once,
 * however often it is asked for. What it answered is kept for a day, sealed, in the batch that made the change.
 */
import { and, eq, gt, lt } from "drizzle-orm";
import { idempotencyKeys } from "../../schema/actions.ts";
import { Problem } from "../model/problem.ts";
import type { Context } from "./context.ts";
import type { Statement } from "./decision.ts";

/** A change asked for under a key. */
export interface Once {
  readonly key: string;
  /** Hash of what was asked for: the same key may not ask for something else. */
  readonly fingerprint: string;
}

const keptMs = 86_400_000;

/** What was answered to this very change before; null if it was not made yet. Throws `idempotency-key-reused`. */
export async function earlierAnswer(ctx: Context, once: Once): Promise<{ readonly output: unknown } | null> {
  const [row] = await ctx.db
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.workspace, ctx.workspace),
        eq(idempotencyKeys.actor, ctx.actor.id),
        eq(idempotencyKeys.key, once.key),
        gt(idempotencyKeys.at, ctx.now() - keptMs),
      ),
    );
  if (row === undefined) return null;
  if (row.fingerprint !== once.fingerprint) {
    throw new Problem("idempotency-key-reused", {
      detail: "Another request was made under this Idempotency-Key within a day. Make a new key for each change.",
    });
  }
  const text = await ctx.answers.open(row.answer, boundTo(ctx, once));
  if (text === null) throw new Error("the answer under an idempotency key cannot be opened");
  return { output: JSON.parse(text) as unknown };
}

/** Statements that keep the answer, for the batch of the change itself. What is older than a day goes. */
export async function keepAnswer(ctx: Context, once: Once, output: unknown): Promise<Statement[]> {
  const at = ctx.now();
  const { key, fingerprint } = once;
  const row = { workspace: ctx.workspace, actor: ctx.actor.id, key, fingerprint, at };
  const answer = await ctx.answers.seal(JSON.stringify(output), boundTo(ctx, once));
  return [
    ctx.db.delete(idempotencyKeys).where(lt(idempotencyKeys.at, at - keptMs)),
    ctx.db.insert(idempotencyKeys).values({ ...row, answer }),
  ];
}

function boundTo({ workspace, actor }: Context, { key }: Once): string {
  return JSON.stringify([workspace, actor.id, key]);
}
