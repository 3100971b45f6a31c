import { identity } from "../identity/index.ts";
import type { Resource } from "./route.ts";

const one = "/tokens/{token}" as const;

export const tokens: Resource = {
  tag: "Tokens",
  summary: "What this API is called with. A token is shown once, when it is made or rotated.",
  schemas: { AdminToken: identity.getAdminToken.output },
  routes: [
    { method: "get", path: "/tokens", does: identity.listAdminTokens },
    { method: "post", path: "/tokens", does: identity.createAdminToken, status: 201, location: "/tokens/{id}" },
    { method: "get", path: one, does: identity.getAdminToken },
    { method: "patch", path: one, does: identity.updateAdminToken },
    { method: "post", path: `${one}/rotate`, does: identity.rotateAdminToken },
    { method: "delete", path: one, does: identity.revokeAdminToken },
  ],
};
