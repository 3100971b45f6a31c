import type { Role } from "../model/role.ts";

/** What a token may be allowed to do, with the sentence that the console shows. `*` allows everything. */
export const scopes = {
  "catalog:read": "Read APIs, versions, documents, upstreams, environments, products, plans and policies.",
  "catalog:write": "Create and change them, except policies.",
  "secrets:read": "Read names of secrets and where they may be sent; never their values.",
  "secrets:write": "Set and delete secrets.",
  "secrets:bind": "Say to which upstream hosts a secret may be sent.",
  "policies:write": "Change the policy list of a workspace.",
  "lifecycle:write": "Publish, roll back, deprecate and retire versions.",
  "consumers:read": "Read organizations, applications, subscriptions and the hints of keys.",
  "consumers:write": "Create and change them; create and revoke keys.",
  "monetisation:read": "Read prepaid credit and how it was moved.",
  "monetisation:write": "Grant prepaid credit and take it back.",
  "usage:read": "Read usage.",
  "usage:write": "Have stored usage compared with the ledgers, and repaired.",
  "audit:read": "Read the audit trail.",
  "settings:write": "Change how the workspace is managed.",
  "admins:read": "Read who the admins of the workspace are.",
  "admins:write": "Add and remove admins and change their roles, up to one's own.",
  "tokens:read": "Read the names and scopes of admin tokens.",
  "tokens:write": "Create, rotate and revoke admin tokens, with no more scopes than one's own.",
  "platform:read": "Read what is above the workspaces.",
  "platform:write": "Create workspaces and change the global policy list.",
} as const satisfies Record<string, string>;

export type Scope = keyof typeof scopes;

const everywhere: readonly Scope[] = ["platform:read", "platform:write"];
const inWorkspace = (Object.keys(scopes) as Scope[]).filter((scope) => !everywhere.includes(scope));

/** What a role allows in its workspace. A scope that is added belongs to owners, admins and, if it reads, auditors. */
export const roleScopes: Readonly<Record<Role, readonly (Scope | "*")[]>> = {
  owner: ["*"],
  admin: inWorkspace.filter((scope) => scope !== "admins:write"),
  publisher: ["catalog:read", "catalog:write", "secrets:read", "lifecycle:write", "consumers:read", "usage:read"],
  support: ["catalog:read", "consumers:read", "consumers:write", "monetisation:read", "usage:read"],
  auditor: inWorkspace.filter((scope) => scope.endsWith(":read")),
};

/** One sentence a role, for whoever chooses one. */
export const roleSummaries: Readonly<Record<Role, string>> = {
  owner: "Everything in the workspace.",
  admin: "Everything but who its admins are.",
  publisher: "APIs, products and plans, and their lifecycle.",
  support: "Organizations, applications, subscriptions and keys.",
  auditor: "Reads everything, changes nothing.",
};

/** Whether a holder of `held` may do what needs `scope`. */
export function allows(held: readonly string[], scope: string): boolean {
  return held.includes("*") || held.includes(scope);
}

/** What two lists both allow. */
export function inBoth(one: readonly string[], other: readonly string[]): string[] {
  if (one.includes("*")) return [...other];
  return one.filter((scope) => allows(other, scope));
}
