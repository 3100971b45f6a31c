/** @module `gatehouse logs`: calls as they end, one a line, until it is stopped. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import type { Terminal } from "./terminal.ts";

const Line = z.looseObject({
  at: z.int(),
  method: z.string(),
  path: z.string(),
  status: z.int(),
  problem: z.string(),
  refusedBy: z.string(),
  applicationName: z.string(),
  cache: z.string(),
  durationMs: z.int(),
  upstreamMs: z.int(),
  aborted: z.boolean(),
});
type Line = z.output<typeof Line>;
const Answer = z.object({ items: z.array(Line), cursor: z.string(), skipped: z.int() });

export interface LogsOptions extends RemoteOptions {
  readonly environment?: string;
  readonly operation?: string;
  readonly application?: string;
  readonly method?: string;
  readonly status?: string;
  readonly problem?: string;
  readonly limit?: string;
  readonly json: boolean;
}

/** Prints calls until so many were, or for ever: one line of text each, or one JSON object. */
export async function logs(of: string | undefined, options: LogsOptions, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  const limit = readLimit(options.limit);
  const [api, version, ...more] = of?.split("/") ?? [];
  if (more.length > 0 || api === "" || version === "")
    throw failure(`“${of}” names no API.`, "Name an API, such as books, or a version of it, such as books/v1.");
  const { environment, operation, application, status, problem } = options;
  const method = options.method?.toUpperCase();
  const named = { environment, api, version, operation, application, method, status, problem };
  const filters = Object.entries(named).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const readOn = async (more: Readonly<Record<string, string>>) => {
    const query = new URLSearchParams([...filters, ...Object.entries(more)]);
    const request = { method: "GET", path: `/logs?${query.toString()}`, workspace: options.workspace } as const;
    return parsed(await callManagement(login, request), Answer, login);
  };
  let { cursor } = await readOn({ wait: "0" });
  terminal.tell(terminal.style("dim", "Watching. A call shows within seconds of its end; Ctrl-C ends this."));
  for (let left = limit; left > 0;) {
    const answer = await readOn({ cursor, limit: String(Math.min(left, 200)) });
    ({ cursor } = answer);
    left -= answer.items.length;
    const lines = answer.items.map((line) => (options.json ? JSON.stringify(line) : renderLine(line, terminal)));
    if (lines.length > 0) terminal.print(lines.join("\n"));
    if (answer.skipped > 0)
      terminal.tell(terminal.style("yellow", `… ${answer.skipped} more calls were too many to be told of.`));
  }
  return { exitCode: 0, text: null, json: null };
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw failure(`--limit ${text} is no number of calls.`, "Write a number such as 100, or leave it out.");
}

function renderLine(line: Line, { style }: Terminal): string {
  const why = [line.problem, ["", "gateway"].includes(line.refusedBy) ? "" : `by policy ${line.refusedBy}`];
  const words = [
    style("dim", new Date(line.at).toISOString().slice(11, 23)),
    style(colourOf(line.status), String(line.status)),
    line.method.padEnd(6),
    style("bold", line.path),
    timing(line),
    line.cache === "" ? "" : `cache:${line.cache}`,
    line.applicationName === "" ? "" : style("dim", line.applicationName),
    style("yellow", why.filter((word) => word !== "").join(" ")),
    line.aborted ? style("yellow", "caller left") : "",
  ];
  return words.filter((word) => word !== "").join("  ");
}

function timing({ durationMs, upstreamMs }: Line): string {
  return upstreamMs === 0 ? `${durationMs} ms` : `${durationMs} ms (upstream ${upstreamMs})`;
}

const colourOf = (status: number) => (status < 400 ? "green" : status < 500 ? "yellow" : "red");
