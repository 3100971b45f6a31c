/**
 * @module `gatehouse import openapi`: a description and all files that it refers to, put together on this machine and sent as the
 * draft of a version. References to other hosts are never followed.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { pathFrom } from "../protocols/rest/bundle-documents.ts";
import { bundledFilesMax, bundleFiles } from "../protocols/rest/bundle-files.ts";
import { readDocument } from "../protocols/rest/document.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
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
  const files = await terminal.progress(`Reading ${file}`, () => readFiles(file));
  const whole = bundleFiles(files, path.basename(file), bounds);
  // Refused here, before anything is made: with the reason at its place.
  const description = readDocument(whole.text, "application/json", bounds);
  const login = await readLogin(options);
  const { workspace } = options;
  const target = versionPath(version);
  if (options.create) await create(version, description.title, options, login);
  const count = Object.keys(files).length;
  // One file goes as it is written, to the byte.
  const content =
    count === 1
      ? { text: files[path.basename(file)] ?? "", mediaType: isJson(file) ? "application/json" : "application/yaml" }
      : { text: whole.text, mediaType: "application/json" };
  const what = count === 1 ? file : `${count} files`;
  const answer = await terminal.progress(`Importing ${what} as ${version}`, () =>
    callManagement(login, { method: "PUT", path: `${target}/document`, workspace, content }),
  );
  const imported = parsed(answer, Imported, login);
  const findings = [...whole.findings, ...imported.findings];
  for (const { severity, pointer, message } of findings) {
    const word = terminal.style(severity === "error" ? "red" : "yellow", severity);
    terminal.tell(`${word}: ${pointer === "" ? "" : `${pointer}: `}${message}`);
  }
  const text = `“${imported.title}” is the draft of ${version}, with ${imported.operations === 1 ? "one operation" : `${imported.operations} operations`}. Serve it with: gatehouse publish ${version}`;
  return { exitCode: 0, text, json: { ...imported, findings } };
}

const isJson = (file: string): boolean => /\.json$/i.test(file);

/** The file and every one that it leads to, by their paths below its folder. */
async function readFiles(file: string): Promise<Record<string, string>> {
  const folder = path.dirname(file);
  const files: Record<string, string> = {};
  const waiting = [path.basename(file)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(files, name)) continue;
    const text = await readOne(path.join(folder, name), name === path.basename(file));
    // What is not there is told where it is referred to.
    if (text === null) continue;
    files[name] = text;
    if (Object.keys(files).length > bundledFilesMax) {
      throw failure(`${file} leads to more than ${bundledFilesMax} files.`, "Bundle it first, or split the API.");
    }
    for (const address of referencesIn(name, text)) {
      const target = pathFrom(name, address);
      if (target !== null) waiting.push(target);
    }
  }
  return files;
}

async function readOne(file: string, isRoot: boolean): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (!isRoot) return null;
    const why = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "failed";
    throw failure(`${file} cannot be read: ${why}.`, "Name the OpenAPI document itself, such as openapi.yaml.");
  }
}

/** Addresses of other files in a text, without their fragments. What cannot be parsed has none: the bundle tells what is wrong. */
function referencesIn(name: string, text: string): Set<string> {
  const found = new Set<string>();
  let value: unknown;
  try {
    value = isJson(name) ? JSON.parse(text) : parse(text, { maxAliasCount: 100 });
  } catch {
    return found;
  }
  const open = [value];
  const seen = new Set<object>();
  for (let one = open.pop(); open.length > 0 || one !== undefined; one = open.pop()) {
    if (typeof one !== "object" || one === null || seen.has(one)) continue;
    seen.add(one);
    for (const [field, inner] of Object.entries(one)) {
      if (field !== "$ref" || typeof inner !== "string") open.push(inner);
      else {
        const [address = ""] = inner.split("#");
        if (address !== "" && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(address)) found.add(address);
      }
    }
  }
  return found;
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
