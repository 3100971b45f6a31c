/** @module `gatehouse revisions` and `gatehouse compare`: what a version was published with, and what differs between two. */
import * as z from "zod";
import { UpstreamSettings } from "../model/upstream.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin, type Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readPages } from "./read-pages.ts";
import { renderDiff } from "./render-diff.ts";
import { toYaml } from "./render-plan.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { showTime } from "./times.ts";
import { revisionNumber, versionPath } from "./version-address.ts";

const Revision = z.object({ number: z.int(), createdAt: z.int() });
const Deployments = z.object({
  items: z.array(z.object({ environment: z.string(), number: z.int(), publishedAt: z.int() })),
});
/** `links` is the answer's, not the content's. */
const Content = z.looseObject({
  document: z.string().nullable(),
  upstream: z.looseObject({}),
  links: z.unknown().optional(),
});

/** The revisions of a version, newest first, and where they are served. */
export async function listRevisions(
  version: string,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<CommandResult> {
  const path = versionPath(version);
  const login = await readLogin(options);
  const items = await readPages(login, `${path}/revisions`, Revision, options);
  const { items: deployments } = await get(login, `${path}/deployments`, options, Deployments);
  const rows = items.map(({ number, createdAt }) => {
    const served = deployments.filter((one) => one.number === number).map(({ environment }) => environment);
    return [String(number), showTime(createdAt), served.join(", ")];
  });
  const text =
    rows.length === 0
      ? `${version} was never published.`
      : renderTable(["REVISION", "FIRST PUBLISHED (UTC)", "SERVED IN"], rows, terminal);
  return { exitCode: 0, text, json: { revisions: items, deployments } };
}

/** What differs between two revisions, or one and the draft: gateway configuration and document. Exit code 2 if anything does. */
export async function compare(
  version: string,
  before: string,
  after: string,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<CommandResult> {
  const path = versionPath(version);
  const places = [before, after].map((name) => (name === "draft" ? name : `revisions/${revisionNumber(name)}`));
  const login = await readLogin(options);
  const [old, now] = await terminal.progress(`Reading ${before} and ${after} of ${version}`, () =>
    Promise.all(places.map((place) => readSide(login, path, place, options))),
  );
  if (old === undefined || now === undefined) throw new Error("two sides were asked for");
  const parts = [
    { name: "gateway configuration", diff: renderDiff(old.configuration, now.configuration, terminal) },
    { name: "document", diff: renderDiff(old.document, now.document, terminal) },
  ].filter(({ diff }) => diff.length > 0);
  if (parts.length === 0) {
    return { exitCode: 0, text: `${before} and ${after} of ${version} are the same.`, json: { differs: false } };
  }
  const text = parts.map(({ name, diff }) => [terminal.style(["bold", "yellow"], `~ ${name}`), ...diff].join("\n"));
  const json = { differs: true, before: old, after: now };
  return { exitCode: 2, text: text.join("\n\n"), json };
}

interface Side {
  /** As YAML, in the words of the file. */
  readonly configuration: string;
  /** Lines that can be compared, whatever whitespace it was imported with; empty if there is none. */
  readonly document: string;
}

async function readSide(login: Login, path: string, place: string, options: RemoteOptions): Promise<Side> {
  const { document, upstream, links: _links, ...rest } = await get(login, `${path}/${place}`, options, Content);
  const configuration = {
    ...rest,
    upstream: place === "draft" ? ((await upstreamNow(login, path, options)) ?? upstream) : upstream,
  };
  if (document === null) return { configuration: toYaml(configuration), document: "" };
  const at = place === "draft" ? `${path}/document` : `${path}/${place}/document`;
  const { text, mediaType } = await callManagement(login, { method: "GET", path: at, workspace: options.workspace });
  return {
    configuration: toYaml(configuration),
    document: mediaType.includes("json") ? indented(text) : text.trimEnd(),
  };
}

/** A draft has no settings of its own: publishing takes those that its upstream has by then. Null: it has none yet. */
async function upstreamNow(login: Login, path: string, options: RemoteOptions): Promise<object | null> {
  const { upstream } = await get(login, path, options, z.object({ upstream: z.string().nullable() }));
  if (upstream === null) return null;
  const shown = z.object({ settings: UpstreamSettings });
  return (await get(login, `/upstreams/${encodeURIComponent(upstream)}`, options, shown)).settings;
}

/** JSON comes in one line or many: both read alike. */
function indented(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}

async function get<Schema extends z.ZodType>(
  login: Login,
  path: string,
  { workspace }: RemoteOptions,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parsed(await callManagement(login, { method: "GET", path, workspace }), schema, login);
}
