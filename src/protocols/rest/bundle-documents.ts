/**
 * @module Several files as one document. Each file that is referred to becomes a field of `x-files` in the root, whole and under
 * its path, and every reference to it a reference into that: so circles stay circles, nothing is copied twice, and the work grows
 * with the size of the files alone. Nothing is fetched: what was not handed in is a finding.
 */
import type { Finding } from "../../model/problem.ts";
import { append, isObject, type JsonObject } from "./pointer.ts";

export interface Bundle {
  readonly document: JsonObject;
  readonly findings: readonly Finding[];
  /** Files that nothing refers to. */
  readonly unused: readonly string[];
}

/** Fields whose content is data, not description: a `$ref` in them means nothing. */
const dataFields = new Set(["example", "examples", "default", "enum", "const"]);
const depthMax = 200;

/** `files` are parsed, by path with slashes; the root is one of them. */
export function bundleDocuments(root: string, files: ReadonlyMap<string, unknown>): Bundle {
  const findings: Finding[] = [];
  const taken = new Map<string, unknown>();
  const waiting: string[] = [];

  /** The same value with references that hold in the bundle. `path` is the file it stands in, `at` the pointer in that. */
  function rewrite(value: unknown, path: string, at: string, depth: number, isData: boolean): unknown {
    if (typeof value !== "object" || value === null || depth > depthMax || isData) return value;
    if (Array.isArray(value))
      return value.map((item, index) => rewrite(item, path, append(at, index), depth + 1, false));
    return Object.fromEntries(
      Object.entries(value).map(([field, inner]: [string, unknown]) => {
        if (field === "$ref" && typeof inner === "string") return [field, follow(inner, path, append(at, field))];
        // What is called so by an author is a name, as in properties; what it holds is a description again.
        const data = dataFields.has(field) && !at.endsWith("/properties");
        return [field, rewrite(inner, path, append(at, field), depth + 1, data)];
      }),
    );
  }

  function follow(reference: string, from: string, at: string): string {
    const [address = "", fragment = ""] = reference.split(/#(.*)/s);
    if (address === "") return from === root ? reference : inBundle(from, fragment);
    const fault = (message: string): string => {
      findings.push({ pointer: from === root ? at : append("/x-files", from) + at, message, severity: "warning" });
      return reference;
    };
    if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith("//")) {
      return fault(
        `“${address}” lies on another host, and is never fetched. Add the file, and refer to it by its path.`,
      );
    }
    const target = pathFrom(from, address);
    if (target === null) return fault(`“${address}” leads out of the files that were given.`);
    if (!files.has(target)) return fault(`“${target}” is not among the files. Add it, then import again.`);
    if (target === root) return `#${fragment}`;
    if (!taken.has(target)) {
      taken.set(target, undefined);
      waiting.push(target);
    }
    return inBundle(target, fragment);
  }

  const document = rewrite(files.get(root), root, "", 0, false);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    taken.set(path, rewrite(files.get(path), path, "", 0, false));
  }
  const extra =
    taken.size === 0 ? {} : { "x-files": Object.fromEntries([...taken].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
  return {
    document: isObject(document) ? { ...document, ...extra } : {},
    findings,
    unused: [...files.keys()].filter((path) => path !== root && !taken.has(path)).toSorted(),
  };
}

/** A place of a file as a reference into the root. An anchor (`#Book`) is found by whoever reads schemas, wherever it stands. */
function inBundle(path: string, fragment: string): string {
  if (fragment !== "" && !fragment.startsWith("/")) return `#${fragment}`;
  return `#${append("/x-files", path)}${fragment}`;
}

/** A relative address from a file's place; null if it leads above the files. */
export function pathFrom(file: string, address: string): string | null {
  const segments = address.startsWith("/") ? [] : file.split("/").slice(0, -1);
  for (const segment of decoded(address).split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join("/");
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The file that is a description of an API itself: the only one of them that says so, or the first by its path. */
export function findRoot(files: ReadonlyMap<string, unknown>): string | null {
  const roots = [...files].flatMap(([path, value]) =>
    isObject(value) && (typeof value["openapi"] === "string" || value["swagger"] !== undefined) ? [path] : [],
  );
  return roots.toSorted((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1))[0] ?? null;
}
