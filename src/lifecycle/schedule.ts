import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { schedules } from "../../schema/schedules.ts";
import { stamped } from "../actions/fields.ts";
import { onlyRow, type Reader } from "../actions/rows.ts";
import { ScheduledStep, ScheduleState } from "../model/schedule.ts";

export const scheduleRef = { schedule: z.string().min(1).max(100).describe("Id of the schedule.") };

/** A step of a version's life that is taken at a time. */
export const Schedule = z.object({
  ...stamped,
  api: z.string().describe("Id of the API."),
  version: z.string().describe("Id of its version."),
  does: ScheduledStep.describe("What is done then."),
  environment: z.string().nullable().describe("Id of the environment in which it is published; null for a retirement."),
  revision: z
    .string()
    .nullable()
    .describe("Address of the content that is published: the draft as it was when this was scheduled."),
  reason: z
    .string()
    .nullable()
    .describe("Why it is retired although applications still call it; null: then it is not."),
  at: z.int().describe("When, in ms since 1970."),
  state: ScheduleState.describe("waiting, done, failed or cancelled."),
  failure: z.string().nullable().describe("Why it was not done; null unless it failed."),
});
export type Schedule = z.output<typeof Schedule>;

export type ScheduleRow = typeof schedules.$inferSelect;

export function scheduleOf(row: ScheduleRow): Schedule {
  const { workspace, actorKind, actor, tryAt, attempts, ...shown } = row;
  void [workspace, actorKind, actor, tryAt, attempts];
  return shown;
}

export async function findSchedule(ctx: Reader, id: string): Promise<ScheduleRow> {
  const rows = await ctx.db
    .select()
    .from(schedules)
    .where(and(eq(schedules.workspace, ctx.workspace), eq(schedules.id, id)));
  return onlyRow(rows, id, "schedule");
}
