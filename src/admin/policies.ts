import { catalog } from "../catalog/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import { PolicyEntry } from "../model/policy-entry.ts";
import type { Resource } from "./route.ts";

export const policies: Resource = {
  tag: "Policies",
  summary:
    "What happens to every call of a workspace, and of the platform, before a version's own policies; and sets of policies that they name.",
  schemas: {
    CentralPolicies: lifecycle.getWorkspacePolicies.output,
    GlobalPolicies: lifecycle.getGlobalPolicies.output,
    PolicyEntry,
    PolicySet: catalog.getPolicySet.output,
  },
  routes: [
    { method: "get", path: "/policies", does: lifecycle.getWorkspacePolicies },
    { method: "put", path: "/policies", does: lifecycle.setWorkspacePolicies },
    { method: "get", path: "/policy-sets", does: catalog.listPolicySets },
    {
      method: "post",
      path: "/policy-sets",
      does: lifecycle.createPolicySet,
      status: 201,
      location: "/policy-sets/{slug}",
    },
    { method: "get", path: "/policy-sets/{set}", does: catalog.getPolicySet },
    { method: "patch", path: "/policy-sets/{set}", does: lifecycle.updatePolicySet },
    { method: "delete", path: "/policy-sets/{set}", does: lifecycle.deletePolicySet, status: 204 },
    { method: "get", path: "/platform/policies", does: lifecycle.getGlobalPolicies },
    { method: "put", path: "/platform/policies", does: lifecycle.setGlobalPolicies },
  ],
};

export const purges: Resource = {
  tag: "Purges",
  summary: "Cached responses that are stale from now on.",
  schemas: {},
  routes: [{ method: "post", path: "/purges", does: lifecycle.purgeCache }],
};
