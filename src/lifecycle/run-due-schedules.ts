/**
 * @module Schedules whose time has come, run by the Courier's alarm. What is done and that it is done stand in one batch, so a
 * schedule that is run twice, late, or by two at once is done once.
 */
import { and, asc, eq, lte, sql } from "drizzle-orm";
import { schedules } from "../../schema/schedules.ts";
import { perform, performAll, step, type Step } from "../actions/action.ts";
import type { Context } from "../actions/context.ts";
import { backoffMs } from "../actions/effect.ts";
import { databaseMessage } from "../actions/failure.ts";
import { Problem, type Finding } from "../model/problem.ts";
import { publishRevision } from "./publish-revision.ts";
import { retireVersion } from "./retire-version.ts";
import type { ScheduleRow } from "./schedule.ts";
import { settleSchedule } from "./settle-schedule.ts";

/** Of one run: each is a few reads and a batch. */
const runMax = 10;

/** Makes the Context in which a schedule is run: in the name of whoever made it. */
export type ContextOf = (request: Pick<Context, "actor" | "workspace" | "requestId" | "waitUntil">) => Context;

/** Runs what is due and answers when the next is (epoch ms), or null while nothing waits. Never throws for one of them. */
export async function runDueSchedules(
  world: Pick<Context, "db" | "now">,
  contextOf: ContextOf,
): Promise<number | null> {
  const due = await world.db
    .select()
    .from(schedules)
    .where(and(eq(schedules.state, "waiting"), lte(schedules.tryAt, world.now())))
    .orderBy(asc(schedules.tryAt))
    .limit(runMax);
  for (const row of due) await run(row, world, contextOf);
  const [next] = await world.db
    .select({ at: sql<number | null>`min(${schedules.tryAt})` })
    .from(schedules)
    .where(eq(schedules.state, "waiting"));
  return next?.at ?? null;
}

async function run(row: ScheduleRow, world: Pick<Context, "db" | "now">, contextOf: ContextOf): Promise<void> {
  const work: Promise<unknown>[] = [];
  const ctx = contextOf({
    // A schedule is the workspace's: it holds whatever has become of the token that made it.
    actor: { kind: row.actorKind, id: row.actor, workspace: row.workspace, scopes: ["lifecycle:write"] },
    workspace: row.workspace,
    requestId: row.id,
    waitUntil: (promise) => void work.push(promise),
  });
  const settle = (state: "done" | "failed", failure: string | null) => ({ schedule: row.id, state, failure });
  try {
    await performAll(ctx, [stepOf(row), step(settleSchedule, settle("done", null))]);
  } catch (thrown) {
    try {
      if (!(thrown instanceof Problem) || thrown.status >= 500) throw thrown;
      await perform(settleSchedule, ctx, settle("failed", whyNot(thrown).slice(0, 4_000)));
    } catch (failed) {
      await putOff(row, world, failed);
    }
  }
  await Promise.allSettled(work);
}

/** All that stands in the way: what is kept has no findings beside it. */
function whyNot({ detail, members }: Problem): string {
  const findings = (members.findings ?? []) as readonly Finding[];
  const errors = findings.filter(({ severity }) => severity === "error");
  return errors.length < 2 ? detail : errors.map(({ pointer, message }) => `${pointer}: ${message}`).join("\n");
}

function stepOf({ api, version, does, environment, revision, reason }: ScheduleRow): Step {
  if (does === "retire") return step(retireVersion, { api, version, ...(reason === null ? {} : { reason }) });
  return step(publishRevision, { api, version, environment: environment ?? "", revision: revision ?? "" });
}

/** What the platform could not do is tried again; what somebody else has settled meanwhile is left as it is. */
async function putOff(row: ScheduleRow, { db, now }: Pick<Context, "db" | "now">, failed: unknown): Promise<void> {
  if (!(failed instanceof Problem)) console.error("schedule", row.id, databaseMessage(failed));
  await db
    .update(schedules)
    .set({ attempts: row.attempts + 1, tryAt: now() + backoffMs(row.attempts) })
    .where(and(eq(schedules.id, row.id), eq(schedules.state, "waiting")));
}
