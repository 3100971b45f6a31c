import type { Deprecation } from "../model/deprecation.ts";
import type { VersionSelector } from "../model/program.ts";
import type { Operation } from "../model/revision.ts";
import { Method, StateBadge, StyleBadge } from "../ui/badge.tsx";
import { CodePanel, CommandLine } from "../ui/code.tsx";
import { Crumbs, Notice } from "../ui/panel.tsx";
import { segment } from "../ui/site.ts";
import { Table } from "../ui/table.tsx";
import { counted, dateOf, momentOf } from "../ui/wording.ts";
import { PortalPage } from "./frame.tsx";
import type { FrameProps } from "./frame.tsx";
import type { Offer, OfferedApi, OfferedVersion } from "./offer.ts";
import { baseAddress, curlOf, versionHeader } from "./offer.ts";
import { PlanTable } from "./plan-table.tsx";

interface ApiPageProps extends FrameProps {
  readonly offer: Offer;
  readonly api: OfferedApi;
  /** The version that the page is about. */
  readonly version: OfferedVersion;
  readonly operations: readonly Operation[];
}

/** Decide and plan: what the API does, under which limits, in which version. */
export function ApiPage(props: ApiPageProps) {
  const { link, workspace, offer, api, version, operations } = props;
  const products = offer.products.filter((product) => product.apis.includes(api.slug));
  const base = baseAddress(offer.gateway, api, version);
  return (
    <PortalPage link={link} workspace={workspace} title={api.name} description={api.description} at="apis">
      <div class="frame page">
        <Crumbs crumbs={[{ name: "APIs", href: link("/apis") }, { name: api.name }]} />
        <div class="page-head">
          <div>
            <div class="title">
              <h1>{api.name}</h1>
              <StyleBadge style={api.style} />
            </div>
            {api.description === "" ? null : <p class="lede">{api.description}</p>}
          </div>
        </div>
        <div class="stack">
          <VersionNotice {...props} />
          <div class="split">
            <div class="stack stack-wide">
              {products.map((product) => (
                <section>
                  <div class="section-head">
                    <h2>{products.length === 1 ? "Plans" : `Plans of ${product.name}`}</h2>
                  </div>
                  {product.plans.length === 0 ? (
                    <p class="soft">No plan is offered yet.</p>
                  ) : (
                    <div class="panel">
                      <PlanTable plans={product.plans} product={product.name} />
                    </div>
                  )}
                </section>
              ))}
              <section>
                <div class="section-head">
                  <h2>Operations of {version.name}</h2>
                  <span class="small">{counted(operations.length, "operation")}</span>
                </div>
                <Operations operations={operations} />
              </section>
              <Versions {...props} />
            </div>
            <Aside {...props} base={base} />
          </div>
        </div>
      </div>
    </PortalPage>
  );
}

function VersionNotice({ link, api, version }: ApiPageProps) {
  if (version.state === "published") return null;
  const { guideUrl } = version.deprecation;
  const successor = version.successor ?? "";
  const ways = [
    ...(successor === ""
      ? []
      : [{ name: `Move to ${successor}`, href: link(`/apis/${segment(api.slug)}/${segment(successor)}`) }]),
    ...(guideUrl === null ? [] : [{ name: "Read how to move on", href: guideUrl }]),
  ];
  const on =
    ways.length === 0 ? null : (
      <p>
        {ways.map(({ name, href }, index) => (
          <>
            {index === 0 ? "" : " · "}
            <a href={href}>{name}</a>
          </>
        ))}
      </p>
    );
  return version.state === "deprecated" ? (
    <Notice tone="rust" title={`${api.name} ${version.name} is deprecated`}>
      <p>{endInWords(version.deprecation)}</p>
      <Brownouts brownouts={version.deprecation.brownouts} />
      {on}
    </Notice>
  ) : (
    <Notice tone="madder" title={`${api.name} ${version.name} is retired`}>
      <p>Every call is refused with 410.</p>
      {on}
    </Notice>
  );
}

/** When calls are refused for a while; nothing where none is planned. Past ones stay: they explain what was seen. */
function Brownouts({ brownouts }: Pick<Deprecation, "brownouts">) {
  if (brownouts.length === 0) return null;
  return (
    <>
      <p>In these times every call is refused with 503, so that nobody is surprised by the end:</p>
      <ul>
        {brownouts.map(({ from, to }) => (
          <li>
            {momentOf(from)} to {momentOf(to)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The day after which a program that has not moved on may find nothing. */
function endInWords({ sunsetAt }: Deprecation): string {
  const until = sunsetAt === null ? "It still answers" : `It answers until ${dateOf(sunsetAt)}`;
  return `${until}, with a Deprecation header. New programs take another version.`;
}

function Operations({ operations }: { readonly operations: readonly Operation[] }) {
  const tags = [...new Set(operations.map((operation) => operation.tags[0] ?? ""))];
  return (
    <div class="stack">
      {tags.map((tag) => (
        <div>
          {tag === "" && tags.length === 1 ? null : <h3>{tag === "" ? "Others" : tag}</h3>}
          <ul class="operations ruled">
            {operations
              .filter((operation) => (operation.tags[0] ?? "") === tag)
              .map((operation) => (
                <OperationItem operation={operation} />
              ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

export function OperationItem({ operation }: { readonly operation: Operation }) {
  return (
    <li>
      <Method name={operation.method} />
      <span class="path">{operation.path}</span>
      <span class="what">
        {operation.summary === "" ? operation.id : operation.summary}
        {operation.deprecated ? " (deprecated)" : ""}
      </span>
    </li>
  );
}

function Versions({ link, api, version }: ApiPageProps) {
  return (
    <section>
      <div class="section-head">
        <h2>Versions</h2>
      </div>
      <div class="panel">
        <Table<OfferedVersion>
          caption={`Versions of ${api.name}`}
          rows={api.versions}
          columns={[
            {
              head: "Version",
              cell: (row) =>
                row.name === version.name ? (
                  <span aria-current="page">{row.name}</span>
                ) : (
                  <a href={link(`/apis/${segment(api.slug)}/${segment(row.name)}`)}>{row.name}</a>
                ),
            },
            { head: "State", cell: (row) => <StateBadge state={row.state} /> },
            {
              head: "Since",
              cell: (row) =>
                row.since === null ? "" : <time datetime={new Date(row.since).toISOString()}>{dateOf(row.since)}</time>,
            },
            { head: "Followed by", cell: (row) => row.successor ?? "" },
          ]}
        />
      </div>
    </section>
  );
}

/** Where a call says that it wants this version. */
function howToChoose(selector: VersionSelector, version: string): string {
  switch (selector.in) {
    case "path":
      return "The version stands in the path.";
    case "query":
      return `Name the version in the parameter ${selector.name}.`;
    case "date":
      return `Name a date in the header ${selector.name}: the newest version up to it answers, and goes on doing so.`;
    case "header":
    case "media-type":
      return `Name the version in a header: ${versionHeader(selector, version) ?? ""}.`;
  }
}

function Aside({ offer, api, version, operations, base }: ApiPageProps & { readonly base: string }) {
  const first = operations.find((operation) => operation.method === "GET") ?? operations[0];
  const choice = howToChoose(api.selector, version.name);
  return (
    <aside class="side" aria-label="How to call it">
      <section>
        <h2>Base address</h2>
        <CommandLine command={base} name="the base address" prompt={false} />
        <p class="small">{choice}</p>
      </section>
      {first === undefined || version.state === "retired" ? null : (
        <section>
          <h2>A first call</h2>
          <CodePanel name="curl" source={curlOf(offer, api, version, first)} />
          <p class="small">Your key stands in GATEHOUSE_KEY. Every answer carries RateLimit headers.</p>
        </section>
      )}
    </aside>
  );
}
