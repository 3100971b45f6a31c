import * as z from "zod";
import { schedules } from "../../schema/schedules.ts";
import { defineQuery } from "../actions/action.ts";
import { pageOf } from "../actions/fields.ts";
import { paged } from "../actions/paging.ts";
import { isExactly, listRows } from "../actions/rows.ts";
import { ScheduleState } from "../model/schedule.ts";
import { Schedule, scheduleOf } from "./schedule.ts";

export const listSchedules = defineQuery({
  name: "list-schedules",
  summary: "Lists what was scheduled in the workspace.",
  scope: "catalog:read",
  input: z.strictObject({
    ...paged,
    version: z.string().max(100).optional().describe("Only those of the version with this id."),
    state: ScheduleState.optional().describe("Only those in this state."),
  }),
  output: pageOf(Schedule),
  async read({ version, state, ...page }, ctx) {
    const within = isExactly([
      [schedules.version, version],
      [schedules.state, state],
    ]);
    return listRows(ctx, schedules, page, scheduleOf, within);
  },
});
