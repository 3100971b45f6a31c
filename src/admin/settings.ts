import { identity } from "../identity/index.ts";
import type { Resource } from "./route.ts";

export const settings: Resource = {
  tag: "Settings",
  summary: "How a workspace is managed.",
  schemas: { Settings: identity.getSettings.output },
  routes: [
    { method: "get", path: "/settings", does: identity.getSettings },
    { method: "patch", path: "/settings", does: identity.updateSettings },
  ],
};
