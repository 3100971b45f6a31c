import { Badge, StateBadge, StyleBadge } from "../ui/badge.tsx";
import type { Link } from "../ui/site.ts";
import { segment } from "../ui/site.ts";
import { Table } from "../ui/table.tsx";
import { count } from "../ui/wording.ts";
import { p95InWords, shareOf } from "./traffic.ts";
import type { ApiLine, ApplicationLine } from "./view.ts";

interface ApiTableProps {
  readonly apis: readonly ApiLine[];
  readonly link: Link;
}

/** APIs with their versions and states, operations, and their last 24 hours. */
export function ApiTable({ apis, link }: ApiTableProps) {
  return (
    <Table<ApiLine>
      caption="APIs"
      rows={apis}
      columns={[
        { head: "API", cell: (api) => <a href={link(`/apis/${segment(api.slug)}`)}>{api.name}</a> },
        {
          head: "Style",
          cell: (api) => (
            <span class="badges">
              <StyleBadge style={api.style} />
              {api.isPrivate ? <Badge tone="plain" icon="lock" word="Private" /> : null}
            </span>
          ),
        },
        {
          head: "Versions",
          cell: (api) => (
            <span class="badges">
              {api.versions.map((version) => (
                <span class="badges">
                  {version.name} <StateBadge state={version.state} />
                </span>
              ))}
            </span>
          ),
        },
        { head: "Operations", numeric: true, cell: (api) => count(api.operationCount) },
        { head: "Calls", numeric: true, cell: (api) => count(api.traffic.calls) },
        { head: "4xx, %", numeric: true, cell: (api) => shareOf(api.traffic, "4xx") },
        { head: "5xx, %", numeric: true, cell: (api) => shareOf(api.traffic, "5xx") },
        { head: "p95, ms", numeric: true, cell: (api) => p95InWords(api.traffic) },
      ]}
    />
  );
}

/** Who calls, under which plans, and their last 24 hours. */
export function ApplicationTable({ applications }: { readonly applications: readonly ApplicationLine[] }) {
  return (
    <Table<ApplicationLine>
      caption="Applications"
      rows={applications}
      columns={[
        {
          head: "Application",
          cell: (application) => (
            <>
              {application.name} <span class="second">{application.organization}</span>
            </>
          ),
        },
        {
          head: "State",
          cell: ({ isSuspended }) =>
            isSuspended ? (
              <Badge tone="madder" icon="pause" word="Suspended" />
            ) : (
              <Badge tone="moss" icon="check" word="Active" />
            ),
        },
        { head: "Subscriptions", cell: (application) => application.subscriptions.join(", ") || "None" },
        { head: "Calls", numeric: true, cell: (application) => count(application.traffic.calls) },
        { head: "4xx, %", numeric: true, cell: (application) => shareOf(application.traffic, "4xx") },
        { head: "5xx, %", numeric: true, cell: (application) => shareOf(application.traffic, "5xx") },
      ]}
    />
  );
}
