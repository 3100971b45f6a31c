/** @module `gatehouse schedules`, and `--at` of publish and retire: what is done to a version at a time. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readPages } from "./read-pages.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { readTime, showTime } from "./times.ts";
import { versionPath } from "./version-address.ts";

const Schedule = z.looseObject({
  id: z.string(),
  version: z.string(),
  does: z.string(),
  at: z.int(),
  state: z.string(),
  failure: z.string().nullable(),
});
type Schedule = z.output<typeof Schedule>;

/** Has a step taken at a time. */
export async function scheduleStep(
  version: string,
  step: {
    readonly does: "publish" | "retire";
    readonly at: string;
    readonly environment?: string;
    readonly reason?: string;
  },
  options: RemoteOptions,
): Promise<CommandResult> {
  const { does, at, environment, reason } = step;
  const body = {
    does,
    at: readTime("at", at),
    ...(environment === undefined ? {} : { environment }),
    ...(reason === undefined ? {} : { reason }),
  };
  const path = `${versionPath(version)}/schedules`;
  const login = await readLogin(options);
  const answer = await callManagement(login, { method: "POST", path, body, workspace: options.workspace });
  const schedule = parsed(answer, Schedule, login);
  const what = does === "publish" ? `published in ${environment ?? "production"}, as its draft is now,` : "retired";
  const text = `${version} will be ${what} on ${showTime(schedule.at)} UTC. To cancel: gatehouse schedules cancel ${schedule.id}`;
  return { exitCode: 0, text, json: schedule };
}

/** The newest first. */
export async function listSchedules(
  options: RemoteOptions & { readonly state?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const asked = { sort: "-createdAt", ...(options.state === undefined ? {} : { state: options.state }) };
  const login = await readLogin(options);
  const items = await readPages(login, "/schedules", Schedule, options, asked);
  if (items.length === 0) return { exitCode: 0, text: "Nothing is scheduled.", json: { items } };
  const rows = items.map(({ id, version, does, at, state, failure }) => [
    id,
    does,
    version,
    showTime(at),
    failure === null ? state : `${state}: ${failure}`,
  ]);
  return {
    exitCode: 0,
    text: renderTable(["ID", "DOES", "VERSION", "AT (UTC)", "STATE"], rows, terminal),
    json: { items },
  };
}

export async function cancelSchedule(id: string, options: RemoteOptions): Promise<CommandResult> {
  const login = await readLogin(options);
  const path = `/schedules/${encodeURIComponent(id)}`;
  const schedule = parsed(
    await callManagement(login, { method: "DELETE", path, workspace: options.workspace }),
    Schedule,
    login,
  );
  return { exitCode: 0, text: `${schedule.id} is cancelled.`, json: schedule };
}
