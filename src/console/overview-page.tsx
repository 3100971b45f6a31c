import { CommandLine } from "../ui/code.tsx";
import type { Tile } from "../ui/panel.tsx";
import { Empty, Notice, Panel, Tiles } from "../ui/panel.tsx";
import { count, counted, momentOf } from "../ui/wording.ts";
import { ConsolePage } from "./frame.tsx";
import { HoursPanel } from "./hours-panel.tsx";
import { ApiTable, ApplicationTable } from "./lines.tsx";
import { manage } from "./management.ts";
import type { Traffic } from "./traffic.ts";
import { p95InWords, shareOf } from "./traffic.ts";
import { firstHour, hourMs } from "./view.ts";
import type { ApiLine, ApplicationLine, Frame, Part, Usage } from "./view.ts";

interface OverviewProps {
  readonly frame: Frame;
  readonly usage: Part<Usage>;
  readonly apis: Part<readonly ApiLine[]>;
  readonly applications: Part<readonly ApplicationLine[]>;
  readonly until: number;
}

/** What is published, who calls, and how the last 24 hours went. */
export function OverviewPage({ frame, usage, apis, applications, until }: OverviewProps) {
  const range = `from=${firstHour(until) * hourMs}&to=${until}`;
  return (
    <ConsolePage frame={frame} title="Overview" at="overview" command={manage(frame, `/usage?${range}&per=hour`)}>
      <div class="page-head">
        <h1>Overview</h1>
        <p class="small">
          24 hours by the clock, to <time datetime={new Date(until).toISOString()}>{momentOf(until)}</time>
        </p>
      </div>
      <div class="stack">
        {"problem" in usage ? (
          <PartFailed of="Usage" part={usage} />
        ) : (
          <>
            <Tiles tiles={tilesOf(usage.content.total)} />
            <HoursPanel hours={usage.content.hours} />
          </>
        )}
        <Panel title="APIs" aside={<a href={frame.link("/apis")}>All APIs</a>}>
          <ApiPart frame={frame} apis={apis} />
        </Panel>
        <Panel title="Applications" aside={<a href={frame.link("/applications")}>All applications</a>}>
          <ApplicationPart applications={applications} />
        </Panel>
      </div>
    </ConsolePage>
  );
}

function tilesOf(traffic: Traffic): Tile[] {
  const quiet = traffic.calls === 0;
  const of = (calls: number) => (quiet ? "No calls" : `${count(calls)} of ${counted(traffic.calls, "call")}`);
  const unit = (name: string) => (quiet ? {} : { unit: name });
  const { classes } = traffic;
  return [
    {
      label: "Calls",
      figure: count(traffic.calls),
      note: quiet ? "None yet" : `${count(classes["2xx"])} answered 2xx`,
    },
    { label: "Failed (5xx)", figure: shareOf(traffic, "5xx"), ...unit("%"), note: of(classes["5xx"]) },
    { label: "Refused (4xx)", figure: shareOf(traffic, "4xx"), ...unit("%"), note: of(classes["4xx"]) },
    { label: "Slowest 5 in 100", figure: p95InWords(traffic), ...unit("ms"), note: "Gateway and upstream" },
  ];
}

/** A part that was not read says so in its own place. */
function PartFailed({
  of,
  part,
}: {
  readonly of: string;
  readonly part: Extract<Part<unknown>, { problem: unknown }>;
}) {
  return (
    <Notice tone="madder" title={`${of} could not be read`}>
      <p>{part.problem.detail}</p>
    </Notice>
  );
}

export function ApiPart({ frame, apis }: { readonly frame: Frame; readonly apis: Part<readonly ApiLine[]> }) {
  if ("problem" in apis) return <PartFailed of="APIs" part={apis} />;
  if (apis.content.length > 0) return <ApiTable apis={apis.content} link={frame.link} />;
  return (
    <Empty title={<p class="serif">No APIs yet</p>}>
      <p>
        Describe the workspace in gatehouse.yaml: its upstreams, APIs, products and plans. Then look at what it would
        change.
      </p>
      <CommandLine command="gatehouse diff gatehouse.yaml" name="the command" />
    </Empty>
  );
}

export function ApplicationPart({ applications }: { readonly applications: Part<readonly ApplicationLine[]> }) {
  if ("problem" in applications) return <PartFailed of="Applications" part={applications} />;
  if (applications.content.length > 0) return <ApplicationTable applications={applications.content} />;
  return (
    <Empty title={<p class="serif">No applications yet</p>}>
      <p>
        An application is a program that calls your APIs: it holds keys, and a subscription to a product under a plan.
      </p>
      <CommandLine command="gatehouse apply gatehouse.yaml" name="the command" />
    </Empty>
  );
}
