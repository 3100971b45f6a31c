/** @module `gatehouse usage`: what was called, exactly as the ledgers counted it. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { readTime, showTime } from "./times.ts";

const classes = z.object({ "2xx": z.int(), "3xx": z.int(), "4xx": z.int(), "5xx": z.int() });
const Row = z.looseObject({
  from: z.int().nullable(),
  calls: z.int(),
  units: z.int(),
  classes,
  latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }),
});
const Answer = z.object({ items: z.array(Row), complete: z.boolean() });

export interface UsageOptions extends RemoteOptions {
  readonly from?: string;
  readonly to?: string;
  readonly per: string;
  readonly by?: string;
  readonly application?: string;
  readonly limit: string;
}

/** Totals of the last day, or of the time that is asked for, told apart as is asked for. */
export async function usage(options: UsageOptions, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  const { from, to, per, by, application, limit } = options;
  const query = new URLSearchParams({ per, limit });
  if (by !== undefined) query.set("by", by);
  if (application !== undefined) query.set("application", application);
  if (from !== undefined) query.set("from", String(readTime("from", from)));
  if (to !== undefined) query.set("to", String(readTime("to", to)));
  const request = { method: "GET", path: `/usage?${query.toString()}`, workspace: options.workspace } as const;
  const answer = parsed(await callManagement(login, request), Answer, login);
  if (answer.items.length === 0) return { exitCode: 0, text: "Nothing was called in this time.", json: answer };
  const dimensions = by === undefined ? [] : by.split(",");
  const when = per === "total" ? [] : ["FROM (UTC)"];
  const head = [...when, ...dimensions.map((name) => name.toUpperCase())];
  const rows = answer.items.map((row) => [
    ...when.map(() => (row.from === null ? "" : showTime(row.from))),
    ...dimensions.map((name) => nameOf(row[name])),
    ...[row.calls, row.units, row.classes["4xx"], row.classes["5xx"]].map((value) => value.toLocaleString("en-GB")),
    ...[row.latency.p50, row.latency.p95, row.latency.p99].map((ms) => ms.toFixed(1)),
  ]);
  const table = renderTable(
    [...head, "CALLS", "UNITS", "4XX", "5XX", "P50 MS", "P95 MS", "P99 MS"],
    rows,
    terminal,
    head.length,
  );
  const more = answer.complete ? [] : [terminal.style("dim", "There are more: raise --limit, or narrow it.")];
  return { exitCode: 0, text: [table, ...more].join("\n"), json: answer };
}

/** Calls of nobody in particular have no application and no subscription. */
function nameOf(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : "–";
}
