/** @module Everything that the management API offers, in the order of its document. A new resource is a file and a line here. */
import { admins } from "./admins.ts";
import { apis } from "./apis.ts";
import { applications } from "./applications.ts";
import { audit } from "./audit.ts";
import { environments } from "./environments.ts";
import { events } from "./events.ts";
import { explanations } from "./explanations.ts";
import { grants } from "./grants.ts";
import { keys } from "./keys.ts";
import { logs } from "./logs.ts";
import { members } from "./members.ts";
import { organizations } from "./organizations.ts";
import { platformFile } from "./platform-file.ts";
import { policies, purges } from "./policies.ts";
import type { AdminPorts } from "./ports.ts";
import { products } from "./products.ts";
import type { Resource } from "./route.ts";
import { schedules } from "./schedules.ts";
import { secrets } from "./secrets.ts";
import { settings } from "./settings.ts";
import { subscriptions } from "./subscriptions.ts";
import { tokens } from "./tokens.ts";
import { upstreams } from "./upstreams.ts";
import { usage } from "./usage.ts";
import { operations, publications, versions } from "./versions.ts";
import { workspaces } from "./workspaces.ts";

export function resourcesOf(ports: Pick<AdminPorts, "explanations">): readonly Resource[] {
  return [
    platformFile,
    workspaces,
    settings,
    environments,
    secrets,
    apis,
    versions,
    operations,
    publications,
    schedules,
    upstreams,
    policies,
    purges,
    products,
    organizations,
    members,
    applications,
    subscriptions,
    grants,
    keys,
    usage,
    events,
    logs,
    explanations(ports.explanations),
    admins,
    tokens,
    audit,
  ];
}
