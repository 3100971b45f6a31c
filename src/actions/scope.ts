/** What a token may be allowed to do, with the sentence that the console shows. `*` allows everything. */
export const scopes = {
  "catalog:read": "Read APIs, versions, documents, upstreams, environments, products, plans and policies.",
  "catalog:write": "Create and change them, except policies.",
  "policies:write": "Change the policy list of a workspace.",
  "lifecycle:write": "Publish, roll back, deprecate and retire versions.",
  "consumers:read": "Read organizations, applications, subscriptions and the hints of keys.",
  "consumers:write": "Create and change them; create and revoke keys.",
  "usage:read": "Read usage.",
  "audit:read": "Read the audit trail.",
  "tokens:read": "Read the names and scopes of admin tokens.",
  "tokens:write": "Create and revoke admin tokens, with no more scopes than one's own.",
  "platform:read": "Read what is above the workspaces.",
  "platform:write": "Create workspaces and change the global policy list.",
} as const satisfies Record<string, string>;

export type Scope = keyof typeof scopes;
