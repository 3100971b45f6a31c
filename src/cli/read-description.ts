/**
 * @module A description of an API on disk, with every file that it refers to. Only files below the working folder, or below the
 * description's own, are read: a description that somebody else wrote must not send along what lies elsewhere.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { findRoots, pathFrom } from "../protocols/rest/bundle-documents.ts";
import { bundledFilesMax } from "../protocols/rest/bundle-files.ts";
import { visitReferences } from "../protocols/rest/visit-references.ts";
import { failure } from "./failure.ts";

export interface DescriptionFiles {
  /** Texts by their paths below the folder that holds all of them. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of them begins. */
  readonly root: string;
}

/** `named` is the description, or a folder that holds one. Throws a failure that says what to name instead. */
export async function readDescription(named: string): Promise<DescriptionFiles> {
  const file = path.resolve((await isFolder(named)) ? await findInFolder(named) : named);
  const inside = path.relative(process.cwd(), file);
  const isInside = !inside.startsWith("..") && !path.isAbsolute(inside);
  const base = isInside ? process.cwd() : path.dirname(file);
  const begin = slashed(path.relative(base, file));
  const found: Record<string, string> = {};
  const waiting = [begin];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(found, name)) continue;
    const text = await readOne(path.join(base, name), name === begin, named);
    // What is not there is told where it is referred to.
    if (text === null) continue;
    found[name] = text;
    if (Object.keys(found).length > bundledFilesMax) {
      throw failure(`${named} leads to more than ${bundledFilesMax} files.`, "Bundle it first, or split the API.");
    }
    for (const address of referencesIn(name, text)) {
      const target = pathFrom(name, address);
      if (target !== null) waiting.push(target);
    }
  }
  // What is sent must not tell from where it was sent.
  const above = commonFolder(Object.keys(found));
  const files = Object.fromEntries(Object.entries(found).map(([name, text]) => [name.slice(above.length), text]));
  return { files, root: begin.slice(above.length) };
}

async function isFolder(named: string): Promise<boolean> {
  try {
    return (await stat(named)).isDirectory();
  } catch {
    return false;
  }
}

/** The one description that stands in a folder. */
async function findInFolder(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.(?:json|ya?ml)$/i.test(name)).toSorted();
  const parsed = new Map<string, unknown>();
  for (const name of names) {
    const text = await readOne(path.join(folder, name), false, folder);
    if (text !== null) parsed.set(name, parseText(name, text));
  }
  const roots = findRoots(parsed);
  const [only] = roots;
  if (only !== undefined && roots.length === 1) return path.join(folder, only);
  throw failure(
    only === undefined
      ? `No file in ${folder} has the field openapi or swagger.`
      : `${folder} holds several descriptions: ${roots.join(", ")}.`,
    `Name the one to import, such as ${path.join(folder, only ?? "openapi.yaml")}.`,
  );
}

async function readOne(file: string, isRoot: boolean, named: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (!isRoot) return null;
    const why = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "failed";
    throw failure(
      `${named} cannot be read: ${why}.`,
      "Name the OpenAPI document itself, such as openapi.yaml, or its folder.",
    );
  }
}

/** What cannot be parsed is undefined: the bundle tells what is wrong with it. */
function parseText(name: string, text: string): unknown {
  try {
    return /\.json$/i.test(name) ? JSON.parse(text) : parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** Addresses of other files in a text, without their fragments. */
function referencesIn(name: string, text: string): Set<string> {
  const found = new Set<string>();
  visitReferences(parseText(name, text), {
    readsExtension: () => true,
    tooDeep: () => {},
    visit({ reference }) {
      const [address = ""] = reference.split("#");
      if (address !== "" && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(address)) found.add(address);
    },
  });
  return found;
}

/** The folder that holds all of these, with a slash at its end; empty if it is the top one. */
function commonFolder(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split("/").slice(0, -1));
  let length = first.length;
  for (const folders of others) {
    while (length > 0 && first.slice(0, length).join("/") !== folders.slice(0, length).join("/")) length -= 1;
  }
  return length === 0 ? "" : `${first.slice(0, length).join("/")}/`;
}

function slashed(name: string): string {
  return name.split(path.sep).join("/");
}
