import type { PolicyEntry } from "../model/policy-entry.ts";
import { policySetType } from "../model/policy-set.ts";
import type { Operation } from "../model/revision.ts";
import { Badge, Method, StateBadge, StyleBadge } from "../ui/badge.tsx";
import { Panel } from "../ui/panel.tsx";
import type { Link } from "../ui/site.ts";
import { segment } from "../ui/site.ts";
import { Table, type Column } from "../ui/table.tsx";
import { counted, dateOf, momentOf } from "../ui/wording.ts";
import { ConsolePage } from "./frame.tsx";
import { manage } from "./management.ts";
import { Revisions } from "./revisions.tsx";
import type { ApiView, Frame, VersionView } from "./view.ts";

interface ApiPageProps {
  readonly frame: Frame;
  readonly api: ApiView;
  /** The version that the page shows; null while the API has none. */
  readonly version: VersionView | null;
}

/** An API's versions; of one of them what is live, its operations, and what happens to a call. */
export function ApiPage({ frame, api, version }: ApiPageProps) {
  const { link } = frame;
  return (
    <ConsolePage
      frame={frame}
      title={api.name}
      at="apis"
      above={[{ name: "APIs", href: link("/apis") }]}
      command={manage(frame, `/apis/${segment(api.slug)}/versions`)}
    >
      <div class="page-head">
        <div>
          <div class="title">
            <h1>{api.name}</h1>
            <StyleBadge style={api.style} />
            {api.isPrivate ? <Badge tone="plain" icon="lock" word="Private" /> : null}
          </div>
          <p class="soft">{api.description}</p>
          <p class="small">
            Served below <code>{api.prefix}</code>
          </p>
        </div>
        {api.versions.length > 1 ? <VersionLinks link={link} api={api} version={version} /> : null}
      </div>
      {version === null ? (
        <p class="soft">This API has no version yet.</p>
      ) : (
        <VersionPanels api={api} version={version} />
      )}
    </ConsolePage>
  );
}

function VersionLinks({
  link,
  api,
  version,
}: {
  readonly link: Link;
  readonly api: ApiView;
  readonly version: VersionView | null;
}) {
  return (
    <nav class="segments" aria-label="Versions">
      {api.versions.map((each) => (
        <a
          href={link(`/apis/${segment(api.slug)}/${segment(each.name)}`)}
          aria-current={each.name === version?.name ? "page" : undefined}
        >
          {each.name}
        </a>
      ))}
    </nav>
  );
}

function VersionPanels({ api, version }: { readonly api: ApiView; readonly version: VersionView }) {
  const own = version.operations.filter((operation) => (version.operationPolicies[operation.id] ?? []).length > 0);
  return (
    <div class="stack">
      <Panel
        title={`Version ${version.name}`}
        aside={
          <span class="badges">
            <StateBadge state={version.state} />
            {version.sunsetAt === null ? null : <span class="small">ends {dateOf(version.sunsetAt)}</span>}
            {version.brownouts.length === 0 ? null : (
              <span class="small">{counted(version.brownouts.length, "brownout")}</span>
            )}
            {version.schedules.map(({ does, at }) => (
              <span class="small">
                {does === "publish" ? "publishes its draft" : "retires"} {momentOf(at)}
              </span>
            ))}
            {version.successor === null ? null : <span class="small">followed by {version.successor}</span>}
          </span>
        }
      >
        <Revisions api={api} version={version} />
      </Panel>
      <div class="pair">
        <Panel title="Operations" aside={<span class="small">{counted(version.operations.length, "operation")}</span>}>
          <Operations operations={version.operations} />
        </Panel>
        <div class="stack">
          <Panel title="Policies" aside={<span class="small">In running order</span>}>
            <Policies policies={version.policies} caption={`Policies of ${version.name}`} />
          </Panel>
          {own.map((operation) => (
            <Panel title={`Besides, for ${operation.method} ${operation.path}`}>
              <Policies
                policies={version.operationPolicies[operation.id] ?? []}
                caption={`Policies of ${operation.id}`}
              />
            </Panel>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Only where there is something to say. */
const stateColumn: Column<Operation> = {
  head: "State",
  cell: ({ deprecated }) => (deprecated ? <Badge tone="rust" icon="clock" word="Deprecated" /> : ""),
};

function Operations({ operations }: { readonly operations: readonly Operation[] }) {
  return (
    <Table<Operation>
      caption="Operations"
      rows={operations}
      columns={[
        {
          head: "Operation",
          cell: (operation) => (
            <>
              <span class="call">
                <Method name={operation.method} /> <code class="plain-code">{operation.path}</code>
              </span>
              <span class="second">{operation.summary === "" ? operation.id : operation.summary}</span>
            </>
          ),
        },
        ...(operations.some(({ deprecated }) => deprecated) ? [stateColumn] : []),
      ]}
    />
  );
}

function Policies({ policies, caption }: { readonly policies: readonly PolicyEntry[]; readonly caption: string }) {
  if (policies.length === 0) return <p class="panel-body soft">None of its own. Those of the workspace still apply.</p>;
  return (
    <Table<PolicyEntry>
      caption={caption}
      rows={policies}
      columns={[
        { head: "Policy", cell: (policy) => <code class="plain-code">{policy.id}</code> },
        {
          head: "Type",
          cell: ({ type, config }) => (
            <>
              <code class="plain-code">{type}</code>
              {type === policySetType ? <span class="second">{String(config["set"])}</span> : null}
            </>
          ),
        },
        {
          head: "When",
          cell: (policy) => (policy.when.length === 0 ? "Always" : counted(policy.when.length, "condition")),
        },
        {
          head: "State",
          cell: (policy) =>
            !policy.enabled ? (
              <Badge tone="plain" icon="cross" word="Off" />
            ) : policy.mode === "shadow" ? (
              <Badge tone="rust" word="Shadow" />
            ) : (
              <Badge tone="moss" icon="check" word="On" />
            ),
        },
      ]}
    />
  );
}
