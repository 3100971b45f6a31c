import { lifecycle } from "../lifecycle/index.ts";
import type { Resource } from "./route.ts";

const one = "/schedules/{schedule}" as const;

export const schedules: Resource = {
  tag: "Schedules",
  summary: "What will be published or retired at a time, and what became of it.",
  schemas: { Schedule: lifecycle.getSchedule.output },
  routes: [
    {
      method: "post",
      path: "/apis/{api}/versions/{version}/schedules",
      does: lifecycle.scheduleVersion,
      status: 201,
      location: "/schedules/{id}",
    },
    { method: "get", path: "/schedules", does: lifecycle.listSchedules },
    { method: "get", path: one, does: lifecycle.getSchedule },
    { method: "delete", path: one, does: lifecycle.cancelSchedule },
  ],
};
