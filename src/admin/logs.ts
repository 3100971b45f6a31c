import { analytics, LoggedCall } from "../analytics/index.ts";
import type { Resource } from "./route.ts";

export const logs: Resource = {
  tag: "Logs",
  summary: "Calls as they end, for whoever watches. Nothing of them is kept.",
  schemas: { LoggedCall },
  routes: [{ method: "get", path: "/logs", does: analytics.tailLogs, answers: "lines" }],
};
