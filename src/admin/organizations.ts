import { consumers } from "../consumers/index.ts";
import type { Resource } from "./route.ts";

const list = "/organizations" as const;

export const organizations: Resource = {
  tag: "Organizations",
  summary: "Teams that consume APIs.",
  schemas: { Organization: consumers.getOrganization.output },
  routes: [
    { method: "get", path: list, does: consumers.listOrganizations },
    { method: "post", path: list, does: consumers.createOrganization, status: 201, location: `${list}/{slug}` },
    { method: "get", path: `${list}/{organization}`, does: consumers.getOrganization },
    { method: "patch", path: `${list}/{organization}`, does: consumers.updateOrganization },
    { method: "delete", path: `${list}/{organization}`, does: consumers.deleteOrganization, status: 204 },
  ],
};
