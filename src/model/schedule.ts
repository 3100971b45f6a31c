import * as z from "zod";

/** Steps of a version's life that can be scheduled. */
export const ScheduledStep = z.enum(["publish", "retire"]);
export type ScheduledStep = z.output<typeof ScheduledStep>;

/** waiting: its time has not come, or it is tried again; failed: it was refused at its time. */
export const ScheduleState = z.enum(["waiting", "done", "failed", "cancelled"]);
export type ScheduleState = z.output<typeof ScheduleState>;
