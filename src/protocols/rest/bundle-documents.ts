/**
 * @module Several files as one document. Each file that is referred to becomes a field of `x-files` in the root, whole and under
 * its path, and every reference to it a reference into that: so circles stay circles, nothing is copied twice, and the work grows
 * with the size of the files alone. Nothing is fetched: what was not handed in is a finding.
 */
import type { Finding } from "../../model/problem.ts";
import { isName } from "./document-references.ts";
import { append, isObject, localReference, type JsonObject } from "./pointer.ts";
import { visitReferences, type ReferencePlace } from "./visit-references.ts";

export interface Bundle {
  readonly document: JsonObject;
  readonly findings: readonly Finding[];
  /** Files that nothing refers to. */
  readonly unused: readonly string[];
}

/**
 * `files` are parsed, by path with slashes; the root is one of them. They are taken over: references are rewritten in them,
 * not in copies.
 */
export function bundleDocuments(root: string, files: ReadonlyMap<string, unknown>): Bundle {
  const findings: Finding[] = [];
  const document = files.get(root);
  const begin = isObject(document) ? document : {};
  const field = freeField(begin);
  const taken = new Set<string>();
  const waiting = [root];

  function follow(place: ReferencePlace, from: string): void {
    const { reference, kind } = place;
    if (kind === "mapping" && isName(reference)) return;
    // By the address that $self gives it the root may be meant from anywhere.
    const own = from === root || isAbsolute(reference) ? localReference(begin, reference) : reference;
    const [address = "", fragment = ""] = own.split(/#(.*)/s);
    const home = own === reference ? from : root;
    const target = address === "" ? home : targetOf(begin, root, from, address);

    const fault = faultOf(address, target);
    if (fault !== null || target === null) {
      const at = place.pointer();
      const pointer = from === root ? at : `${append(append("", field), from)}${at}`;
      findings.push({ pointer, message: fault ?? "", severity: "warning" });
    } else if (target === root) {
      if (from !== root || address !== "") place.replace(`#${fragment}`);
    } else {
      if (!taken.has(target)) waiting.push(target);
      taken.add(target);
      place.replace(inBundle(field, target, fragment));
    }
  }

  function faultOf(address: string, target: string | null): string | null {
    if (target !== null)
      return files.has(target) ? null : `“${target}” is not among the files. Add it, then import again.`;
    return isAbsolute(address)
      ? `“${address}” lies on another host, and is never fetched. Add the file, and refer to it by its path.`
      : `“${address}” leads out of the files that were given.`;
  }

  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const from = path;
    visitReferences(files.get(from), {
      // Extensions of others may hold anything; the files of an earlier bundle hold descriptions.
      readsExtension: () => true,
      tooDeep: (at) => {
        const pointer = from === root ? at : `${append(append("", field), from)}${at}`;
        const message = "It is nested more than 200 levels deep, so its references are not followed. Write it flatter.";
        findings.push({ pointer, message, severity: "warning" });
      },
      visit: (place) => follow(place, from),
    });
  }
  const names = [...taken].toSorted((a, b) => (a < b ? -1 : 1));
  const extra = names.length === 0 ? {} : { [field]: Object.fromEntries(names.map((name) => [name, files.get(name)])) };
  return {
    document: { ...begin, ...extra },
    findings,
    unused: [...files.keys()].filter((path) => path !== root && !taken.has(path)).toSorted(),
  };
}

/** `x-files`, or a numbered one where the root has that already: it may be a bundle itself. */
function freeField(root: JsonObject): string {
  let field = "x-files";
  for (let number = 2; Object.hasOwn(root, field); number += 1) field = `x-files-${number}`;
  return field;
}

function isAbsolute(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith("//");
}

/** The path of a file that an address leads to; null if it leads elsewhere. Absolute ones may lie beside the root's `$self`. */
function targetOf({ $self }: JsonObject, root: string, from: string, address: string): string | null {
  if (!isAbsolute(address)) return pathFrom(from, address);
  const base = typeof $self === "string" ? URL.parse(".", $self)?.href : undefined;
  return base !== undefined && address.startsWith(base) ? pathFrom(root, address.slice(base.length)) : null;
}

/** A place of a file as a reference into the root. An anchor (`#Book`) is found by whoever reads schemas, wherever it stands. */
function inBundle(field: string, path: string, fragment: string): string {
  if (fragment !== "" && !fragment.startsWith("/")) return `#${fragment}`;
  return `#${append(append("", field), path)}${fragment}`;
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

/** Files that are descriptions of an API themselves, the highest in their folders first. */
export function findRoots(files: ReadonlyMap<string, unknown>): string[] {
  return [...files]
    .flatMap(([path, value]) =>
      isObject(value) && (typeof value["openapi"] === "string" || value["swagger"] !== undefined) ? [path] : [],
    )
    .toSorted((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
}
