import { Event, events as area } from "../events/index.ts";
import type { Resource } from "./route.ts";

export const events: Resource = {
  tag: "Events",
  summary: "What has happened that somebody may want to hear of.",
  schemas: { Event },
  routes: [{ method: "get", path: "/events", does: area.listEvents }],
};
