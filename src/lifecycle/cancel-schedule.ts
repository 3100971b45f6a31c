import { eq } from "drizzle-orm";
import * as z from "zod";
import { schedules } from "../../schema/schedules.ts";
import { defineAction } from "../actions/action.ts";
import { revise } from "../actions/revise.ts";
import { Problem } from "../model/problem.ts";
import { findSchedule, Schedule, scheduleOf, scheduleRef } from "./schedule.ts";

export const cancelSchedule = defineAction({
  name: "cancel-schedule",
  summary: "Cancels what was scheduled, while its time has not come.",
  scope: "lifecycle:write",
  input: z.strictObject({ ...scheduleRef }),
  output: Schedule,
  async decide({ schedule }, ctx) {
    const row = await findSchedule(ctx, schedule);
    const target = { kind: "schedule", id: row.id, edition: row.edition };
    if (row.state === "cancelled") return { unchanged: true, target, output: scheduleOf(row) };
    if (row.state !== "waiting") {
      throw new Problem("state-conflict", { detail: `It is ${row.state} already, and cannot be cancelled.` });
    }
    const next = revise(row, { state: "cancelled" }, ctx.now()) ?? row;
    return {
      target,
      before: scheduleOf(row),
      after: scheduleOf(next),
      output: scheduleOf(next),
      statements: [ctx.db.update(schedules).set(next).where(eq(schedules.id, row.id))],
    };
  },
});
