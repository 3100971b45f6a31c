import { identity } from "../identity/index.ts";
import type { Resource } from "./route.ts";

const list = "/workspaces" as const;
const one = `${list}/{workspace}` as const;

export const workspaces: Resource = {
  tag: "Workspaces",
  summary: "Tenants: each owns its APIs, consumers and environments.",
  schemas: { Workspace: identity.getWorkspace.output },
  routes: [
    { method: "get", path: list, does: identity.listWorkspaces },
    { method: "post", path: list, does: identity.createWorkspace, status: 201, location: `${list}/{id}` },
    { method: "get", path: one, does: identity.getWorkspace },
    { method: "patch", path: one, does: identity.updateWorkspace },
    { method: "delete", path: one, does: identity.deleteWorkspace, status: 204 },
  ],
};
