import { catalog } from "../catalog/index.ts";
import type { Resource } from "./route.ts";

const list = "/environments/{environment}/secrets" as const;
const one = `${list}/{secret}` as const;

export const secrets: Resource = {
  tag: "Secrets",
  summary: "Values that policies name as `${secret:NAME}`. Nothing here ever answers one.",
  schemas: { Secret: catalog.getSecret.output },
  routes: [
    { method: "get", path: list, does: catalog.listSecrets },
    { method: "get", path: one, does: catalog.getSecret },
    { method: "put", path: one, does: catalog.setSecret },
    { method: "put", path: `${one}/hosts`, does: catalog.bindSecret },
    { method: "delete", path: one, does: catalog.deleteSecret, status: 204 },
    { method: "post", path: "/platform/secrets/reseal", does: catalog.resealSecrets },
  ],
};
