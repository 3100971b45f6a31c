import { catalog } from "../catalog/index.ts";
import type { Resource } from "./route.ts";

const one = "/environments/{environment}" as const;

export const environments: Resource = {
  tag: "Environments",
  summary: "Where a workspace's versions run, each at hosts of its own.",
  schemas: { Environment: catalog.getEnvironment.output },
  routes: [
    { method: "get", path: "/environments", does: catalog.listEnvironments },
    {
      method: "post",
      path: "/environments",
      does: catalog.createEnvironment,
      status: 201,
      location: "/environments/{slug}",
    },
    { method: "get", path: one, does: catalog.getEnvironment },
    { method: "patch", path: one, does: catalog.updateEnvironment },
    { method: "delete", path: one, does: catalog.deleteEnvironment, status: 204 },
  ],
};
