/**
 * @module `gatehouse import openapi`: a description and all files that it refers to, put together on this machine and sent as the
 * draft of a version. References to other hosts are never followed.
 */
import * as z from "zod";
import { Problem } from "../model/problem.ts";
import { mergeFindings } from "../protocols/rest/bound-findings.ts";
import { type BundledFiles, bundleFiles } from "../protocols/rest/bundle-files.ts";
import { readDocument } from "../protocols/rest/document.ts";
import { workerBounds } from "../protocols/rest/parse-document.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { type DescriptionFiles, readDescription } from "./read-description.ts";
import type { Terminal } from "./terminal.ts";
import { versionPath } from "./version-address.ts";

const Imported = z.looseObject({
  title: z.string(),
  operations: z.int(),
  findings: z.array(z.object({ pointer: z.string(), message: z.string(), severity: z.enum(["error", "warning"]) })),
});

interface Options extends RemoteOptions {
  readonly create: boolean;
  readonly prefix?: string;
}

/** What a machine of one's own may parse. */
const bounds = { jsonMax: 256 * 1024 * 1024, yamlMax: 64 * 1024 * 1024, yamlMarksMax: Number.POSITIVE_INFINITY };

export async function importOpenApi(
  file: string,
  version: string,
  options: Options,
  terminal: Terminal,
): Promise<CommandResult> {
  const read = await terminal.progress(`Reading ${file}`, () => readDescription(file));
  const { whole, title } = bundle(file, read);
  const login = await readLogin(options);
  const { workspace } = options;
  const target = versionPath(version);
  if (options.create) await create(version, title, options, login);
  const count = Object.keys(read.files).length;
  const content = toSend(read, whole.text);
  const what = count === 1 ? file : `${count} files`;
  const answer = await terminal.progress(`Importing ${what} as ${version}`, () =>
    callManagement(login, { method: "PUT", path: `${target}/document`, workspace, content }),
  );
  const imported = parsed(answer, Imported, login);
  const findings = mergeFindings(whole.findings, imported.findings);
  for (const { severity, pointer, message } of findings) {
    const word = terminal.style(severity === "error" ? "red" : "yellow", severity);
    terminal.tell(`${word}: ${pointer === "" ? "" : `${pointer}: `}${message}`);
  }
  const text = `“${imported.title}” is the draft of ${version}, with ${imported.operations === 1 ? "one operation" : `${imported.operations} operations`}. Serve it with: gatehouse publish ${version}`;
  return { exitCode: 0, text, json: { ...imported, findings } };
}

/** What cannot be read is refused here, before anything is made. */
function bundle(file: string, { files, root }: DescriptionFiles): { whole: BundledFiles; title: string } {
  try {
    const whole = bundleFiles(files, root, bounds);
    return { whole, title: readDocument(whole.text, "application/json", bounds).title };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw failure(thrown.detail, `Nothing was sent. Mend ${file}, then run the command again.`);
  }
}

/** YAML that is longer may be more than a server parses; as JSON without white space it takes much more. */
const yamlMax = 256 * 1024;

/** One file goes as it is written, to the byte, if the server can read it so. */
function toSend({ files, root }: DescriptionFiles, whole: string): { text: string; mediaType: string } {
  const text = files[root] ?? "";
  const isJson = /\.json$/i.test(root);
  if (Object.keys(files).length > 1 || text.length > (isJson ? workerBounds.jsonMax : yamlMax)) {
    return { text: whole, mediaType: "application/json" };
  }
  return { text, mediaType: isJson ? "application/json" : "application/yaml" };
}

/** The API and the version, where they are not there yet. */
async function create(
  version: string,
  title: string,
  { prefix, workspace }: Options,
  login: Awaited<ReturnType<typeof readLogin>>,
): Promise<void> {
  const [api = "", name = ""] = version.split("/");
  const known = await callManagement(login, {
    method: "GET",
    path: `/apis?search=${encodeURIComponent(api)}&limit=200`,
    workspace,
  });
  const { items } = parsed(known, z.object({ items: z.array(z.looseObject({ slug: z.string() })) }), login);
  if (!items.some(({ slug }) => slug === api)) {
    const body = { slug: api, name: title.slice(0, 120), prefix: prefix ?? `/${api}` };
    await callManagement(login, { method: "POST", path: "/apis", body, workspace });
  }
  const path = `/apis/${encodeURIComponent(api)}/versions`;
  const list = await callManagement(login, { method: "GET", path: `${path}?limit=200`, workspace });
  const there = parsed(list, z.object({ items: z.array(z.looseObject({ name: z.string() })) }), login).items;
  if (!there.some((one) => one.name === name)) {
    await callManagement(login, { method: "POST", path, body: { name }, workspace });
  }
}
