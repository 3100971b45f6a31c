/** @module Everything that the management API offers, in the order of its document. A new resource is a file and a line here. */
import { apis } from "./apis.ts";
import { applications } from "./applications.ts";
import { environments } from "./environments.ts";
import { explanations } from "./explanations.ts";
import { keys } from "./keys.ts";
import { organizations } from "./organizations.ts";
import { policies, purges } from "./policies.ts";
import type { AdminPorts } from "./ports.ts";
import { products } from "./products.ts";
import type { Resource } from "./route.ts";
import { subscriptions } from "./subscriptions.ts";
import { upstreams } from "./upstreams.ts";
import { publications, versions } from "./versions.ts";

export function resourcesOf(ports: Pick<AdminPorts, "explanations">): readonly Resource[] {
  return [
    environments,
    apis,
    versions,
    publications,
    upstreams,
    policies,
    purges,
    products,
    organizations,
    applications,
    subscriptions,
    keys,
    explanations(ports.explanations),
  ];
}
