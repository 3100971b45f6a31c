import { consumers } from "../consumers/index.ts";
import type { Resource } from "./route.ts";

const own = "/applications/{application}/keys" as const;

export const keys: Resource = {
  tag: "Keys",
  summary: "What applications prove themselves with. A key is shown once, when it is made.",
  schemas: { Key: consumers.getKey.output },
  routes: [
    { method: "get", path: "/keys", does: consumers.listKeys },
    { method: "get", path: "/keys/{key}", does: consumers.getKey },
    { method: "patch", path: "/keys/{key}", does: consumers.updateKey },
    { method: "delete", path: "/keys/{key}", does: consumers.revokeKey },
    { method: "get", path: own, does: consumers.listKeys, name: "list-keys-of-application" },
    { method: "post", path: own, does: consumers.createKey, status: 201, location: "/keys/{id}" },
  ],
};
