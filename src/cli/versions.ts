/** @module The steps of a version's life: `gatehouse publish|rollback|promote|withdraw|deprecate|retire|reinstate <api>/<version>`. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { scheduleStep } from "./schedules.ts";
import type { Terminal } from "./terminal.ts";
import { readTime, showTime } from "./times.ts";
import { revisionNumber, versionPath } from "./version-address.ts";

const Finding = z.object({ pointer: z.string(), message: z.string(), severity: z.enum(["error", "warning"]) });
const Publication = z.looseObject({ number: z.int(), findings: z.array(Finding) });
const Version = z.looseObject({
  state: z.string(),
  deprecatedAt: z.int().nullable(),
  sunsetAt: z.int().nullable(),
});

type Step = "publish" | "rollback" | "promote" | "withdraw" | "deprecate" | "retire" | "reinstate";

/** Serves the draft's content in an environment, now or at a time. */
export function publish(
  version: string,
  options: RemoteOptions & { readonly environment: string; readonly at?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { environment, at } = options;
  if (at !== undefined) return scheduleStep(version, { does: "publish", at, environment }, options);
  return serve("publish", version, environment, { environment }, options, terminal);
}

/** Serves in an environment what another serves. */
export function promote(
  version: string,
  options: RemoteOptions & { readonly environment: string; readonly from: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { environment, from } = options;
  return serve("promote", version, environment, { environment, from }, options, terminal);
}

/** Undoes the last deployment of an environment, or serves the revision that is named. */
export function rollBack(
  version: string,
  options: RemoteOptions & { readonly environment: string; readonly revision?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { environment, revision } = options;
  const number = revision === undefined ? {} : { revision: revisionNumber(revision) };
  return serve("rollback", version, environment, { environment, ...number }, options, terminal);
}

async function serve(
  step: Step,
  version: string,
  environment: string,
  body: object,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<CommandResult> {
  const publication = await take(step, version, body, Publication, options, terminal);
  const warnings = publication.findings.map(
    ({ pointer, message }) => `${terminal.style("yellow", "warning")}: ${pointer} ${message}`,
  );
  const done = `${version} serves revision ${publication.number} in ${environment}; everywhere in about 5 s, 10 s at worst.`;
  return { exitCode: 0, text: [...warnings, done].join("\n"), json: publication };
}

/** Takes a version out of an environment. */
export async function withdraw(
  version: string,
  options: RemoteOptions & { readonly environment: string; readonly reason?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { environment, reason } = options;
  const body = { environment, ...(reason === undefined ? {} : { reason }) };
  const now = await take("withdraw", version, body, Version, options, terminal);
  return { exitCode: 0, text: `${version} is not served in ${environment} any more.`, json: now };
}

/** Tells callers since when, until when, and where to go. */
export async function deprecate(
  version: string,
  options: RemoteOptions & {
    readonly since?: string;
    readonly sunset?: string;
    readonly guide?: string;
    readonly brownout?: readonly string[];
  },
  terminal: Terminal,
): Promise<CommandResult> {
  const { since, sunset, guide, brownout } = options;
  const body = {
    ...(since === undefined ? {} : { deprecatedAt: readTime("since", since) }),
    ...(sunset === undefined ? {} : { sunsetAt: sunset === "never" ? null : readTime("sunset", sunset) }),
    ...(guide === undefined ? {} : { guideUrl: guide === "portal" ? null : guide }),
    ...(brownout === undefined ? {} : { brownouts: brownout.flatMap(readBrownout) }),
  };
  const now = await take("deprecate", version, body, Version, options, terminal);
  const from = now.deprecatedAt === null ? "" : ` since ${showTime(now.deprecatedAt)} UTC`;
  const until =
    now.sunsetAt === null ? "nobody has said until when it answers" : `it answers until ${showTime(now.sunsetAt)} UTC`;
  return { exitCode: 0, text: `${version} is deprecated${from}; ${until}.`, json: now };
}

/** `<from>/<to>` as ISO 8601 writes an interval; none for `none`. */
function readBrownout(text: string): { from: number; to: number }[] {
  if (text === "none") return [];
  const [from = "", to = ""] = text.split("/");
  return [{ from: readTime("brownout", from), to: readTime("brownout", to) }];
}

/** Refuses all calls from now on. */
export async function retire(
  version: string,
  options: RemoteOptions & { readonly reason?: string; readonly at?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const { reason, at } = options;
  if (at !== undefined) {
    return scheduleStep(version, { does: "retire", at, ...(reason === undefined ? {} : { reason }) }, options);
  }
  const now = await take("retire", version, reason === undefined ? {} : { reason }, Version, options, terminal);
  return { exitCode: 0, text: `${version} is retired: its calls get 410.`, json: now };
}

/** Serves a deprecated or retired version as a published one. */
export async function reinstate(version: string, options: RemoteOptions, terminal: Terminal): Promise<CommandResult> {
  const now = await take("reinstate", version, {}, Version, options, terminal);
  return { exitCode: 0, text: `${version} is published again.`, json: now };
}

async function take<Schema extends z.ZodType>(
  step: Step,
  version: string,
  body: object,
  schema: Schema,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<z.output<Schema>> {
  const path = `${versionPath(version)}/${step}`;
  const login = await readLogin(options);
  const answer = await terminal.progress(`${step} ${version} at ${login.server}`, () =>
    callManagement(login, { method: "POST", path, body, workspace: options.workspace }),
  );
  return parsed(answer, schema, login);
}
