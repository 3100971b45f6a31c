import { eq } from "drizzle-orm";
import * as z from "zod";
import { schedules } from "../../schema/schedules.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import { Problem } from "../model/problem.ts";
import { findSchedule, Schedule, scheduleOf, scheduleRef } from "./schedule.ts";

/** How a schedule ends, in the batch of what it did: so it is done once, whoever else runs it. Nobody asks for it by a route. */
export const settleSchedule = defineAction({
  name: "settle-schedule",
  summary: "Marks a schedule as done, or as failed with the reason.",
  scope: "lifecycle:write",
  input: z.strictObject({
    ...scheduleRef,
    state: z.enum(["done", "failed"]),
    failure: z.string().max(4_000).nullable(),
  }),
  output: Schedule,
  async decide({ schedule, ...fields }, ctx) {
    const row = await findSchedule(ctx, schedule);
    if (row.state !== "waiting") {
      throw new Problem("state-conflict", { detail: `The schedule is ${row.state} already.` });
    }
    const next = revise(row, fields, ctx.now()) ?? row;
    return {
      target: { kind: "schedule", id: row.id, edition: row.edition },
      before: scheduleOf(row),
      after: scheduleOf(next),
      output: scheduleOf(next),
      statements: [ctx.db.update(schedules).set(next).where(eq(schedules.id, row.id))],
    };
  },
});
