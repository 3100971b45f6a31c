import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findSchedule, Schedule, scheduleOf, scheduleRef } from "./schedule.ts";

export const getSchedule = defineQuery({
  name: "get-schedule",
  summary: "Reads what is done to a version and when, and what became of it.",
  scope: "catalog:read",
  input: z.strictObject({ ...scheduleRef }),
  output: Schedule,
  read: async ({ schedule }, ctx) => scheduleOf(await findSchedule(ctx, schedule)),
});
