import { StackedBars } from "../ui/chart.tsx";
import { Panel } from "../ui/panel.tsx";
import { Table } from "../ui/table.tsx";
import { count, counted, hourOf } from "../ui/wording.ts";
import type { Hour } from "./view.ts";

const classes = ["2xx", "3xx", "4xx", "5xx"] as const;

/** Calls by hour and outcome: the picture, its finding in a sentence, and the same numbers as a table. */
export function HoursPanel({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <Panel title="Calls by hour" aside={<Legend />}>
      <div class="panel-body">
        <StackedBars
          finding={findingOf(hours)}
          bars={hours.map(({ at, traffic }) => ({
            label: hourOf(at),
            parts: classes.map((statusClass) => traffic.classes[statusClass]),
          }))}
          series={classes}
          labelEvery={4}
          table={<HourTable hours={hours} />}
        />
      </div>
    </Panel>
  );
}

function Legend() {
  return (
    <ul class="legend">
      {classes.map((statusClass) => (
        <li>
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <rect class={`bar-${statusClass}`} width="10" height="10" rx="2" />
          </svg>
          {statusClass}
        </li>
      ))}
    </ul>
  );
}

function findingOf(hours: readonly Hour[]): string {
  const busiest = hours.reduce<Hour | null>(
    (best, hour) => (hour.traffic.calls > (best?.traffic.calls ?? 0) ? hour : best),
    null,
  );
  if (busiest === null) return "Calls by hour: there were none in these 24 hours.";
  const failed = hours.reduce((sum, hour) => sum + hour.traffic.classes["5xx"], 0);
  return `Calls by hour: most from ${hourOf(busiest.at)} UTC, ${counted(busiest.traffic.calls, "call")}; ${counted(failed, "failure")} in all.`;
}

function HourTable({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <Table<Hour>
      caption="Calls by hour"
      rows={hours}
      columns={[
        { head: "Hour (UTC)", cell: ({ at }) => <time datetime={new Date(at).toISOString()}>{hourOf(at)}</time> },
        { head: "Calls", numeric: true, cell: ({ traffic }) => count(traffic.calls) },
        ...classes.map((statusClass) => ({
          head: statusClass,
          numeric: true as const,
          cell: ({ traffic }: Hour) => count(traffic.classes[statusClass]),
        })),
      ]}
    />
  );
}
