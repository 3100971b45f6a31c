import { identity } from "../identity/index.ts";
import type { Resource } from "./route.ts";

export const tokens: Resource = {
  tag: "Tokens",
  summary: "What this API is called with. A token is shown once, when it is made.",
  schemas: { AdminToken: identity.revokeAdminToken.output },
  routes: [
    { method: "get", path: "/tokens", does: identity.listAdminTokens },
    { method: "post", path: "/tokens", does: identity.createAdminToken, status: 201, location: "/tokens/{id}" },
    { method: "delete", path: "/tokens/{token}", does: identity.revokeAdminToken },
  ],
};
