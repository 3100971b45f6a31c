/**
 * @module Brings the workspace file into a fresh start, by the operator's own command line code, and issues the consumer key
 * with which the printed lines work.
 */
import { renderFindings } from "../../src/cli/render-findings.ts";
import { readFailure } from "../../src/cli/failure.ts";
import { request } from "../../src/cli/http.ts";
import { type LoadedFile, loadFile } from "../../src/cli/load-file.ts";
import type { Login } from "../../src/cli/login.ts";
import { applyFile, planFile } from "../../src/cli/management.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** The address that the example names for the demo upstream. */
export const demoHost = "127.0.0.1:8790";

/** Reads and checks the file; throws an error whose message holds every finding with its place. */
export async function readFile(path: string, terminal: Terminal): Promise<LoadedFile> {
  return explained(terminal, () => loadFile(path));
}

/** The same file with the demo upstream's targets at `host`, for when its usual port was taken. */
export function moveDemo(loaded: LoadedFile, host: string): LoadedFile {
  const move = (url: string) => url.replace(`http://${demoHost}`, `http://${host}`);
  const upstreams = Object.entries(loaded.file.upstreams).map(([name, upstream]) => {
    const targets = Object.entries(upstream.targets).map(([environment, list]) => {
      return [environment, list.map((target) => ({ ...target, url: move(target.url) }))] as const;
    });
    return [name, { ...upstream, targets: Object.fromEntries(targets) }] as const;
  });
  const moved = { upstreams: Object.fromEntries(upstreams) };
  // Sent is what is written, so that is moved too.
  return { ...loaded, file: { ...loaded.file, ...moved }, written: { ...(loaded.written as object), ...moved } };
}

/** `host:port` of every target on this machine: a file that is started locally may call what runs locally. */
export function loopbackTargets({ file }: LoadedFile): string[] {
  const urls = Object.values(file.upstreams)
    .flatMap((upstream) => Object.values(upstream.targets).flat())
    .map((target) => new URL(target.url));
  return urls.filter((url) => /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname)).map((url) => url.host);
}

/** Applies the file, and answers how many changes that took: none on a second start. */
export async function applyLoaded(login: Login, loaded: LoadedFile, terminal: Terminal): Promise<number> {
  return explained(terminal, async () => {
    const { changes, planId } = await planFile(login, loaded);
    if (changes.length > 0) await applyFile(login, loaded, planId);
    return changes.length;
  });
}

/** `organization/application` of the first application in the file that has a subscription. */
export function sampleApplication({ file }: LoadedFile): string | undefined {
  const all = Object.entries(file.organizations).flatMap(([organization, { applications }]) =>
    Object.entries(applications).map(([name, { subscriptions }]) => ({
      path: `${organization}/${name}`,
      subscriptions,
    })),
  );
  return all.find((application) => Object.keys(application.subscriptions).length > 0)?.path;
}

/** For whom a key is; `application` is `organization/application`. */
export interface KeyFor {
  readonly workspace: string;
  readonly application: string;
  readonly environment: string;
}

/** Issues a key. It is shown this once. */
export async function issueKey(login: Login, { workspace, application, environment }: KeyFor): Promise<string> {
  const answer = await request(new URL(`${login.server}/applications/${encodeURIComponent(application)}/keys`), {
    method: "POST",
    headers: {
      authorization: `Bearer ${login.token}`,
      "gatehouse-workspace": workspace,
      "content-type": "application/json",
    },
    body: JSON.stringify({ environment, name: "npm start" }),
    timeoutMs: 30_000,
  });
  if (answer.status === 201) return (JSON.parse(answer.text) as { key: string }).key;
  throw new Error(`A key for ${application} was refused with ${answer.status}: ${answer.text}`);
}

/** What the command line would print for a failure, as one error. */
async function explained<Result>(terminal: Terminal, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const { message, next, findings } = readFailure(thrown);
    const shown = findings.length > 0 ? `${renderFindings(findings, terminal)}\n` : "";
    throw new Error(`${shown}${message}\n${next}`, { cause: thrown });
  }
}
