/**
 * @module A bundle in the words of Swagger 2.0 alone: what other files hold is put where Swagger keeps such things, since an upgrade
 * knows `paths`, `definitions`, `parameters` and `responses`, and would leave the rest in the old words.
 */
import { Problem } from "../../model/problem.ts";
import { filesField } from "./document-references.ts";
import { append, isObject, lookUp, resolve, type JsonObject } from "./pointer.ts";
import { visitReferences } from "./visit-references.ts";

type Section = "definitions" | "parameters" | "responses";

/** Values that overlap are written out more than once: as often as this in all, and no more. */
const copiesMax = 4;

/**
 * The document without its files. Each place of them that is referred to stands in its section once, under a name of its own, so
 * circles stay circles; path items stand where they are referred to. Changes what it is given. What nothing refers to is not
 * taken over: the document as it was imported has it. Throws `document-invalid` where files overlap out of all proportion.
 */
export function placeSwaggerFiles(document: JsonObject): JsonObject {
  const fields = Object.keys(document).filter((field) => filesField.test(field));
  if (fields.length === 0) return document;
  const placed: Record<string, unknown> = Object.fromEntries(
    Object.entries(document).filter(([field]) => !fields.includes(field)),
  );
  const copy = copier(document);
  const names = new Map<string, string>();
  const isElsewhere = (reference: string): boolean =>
    fields.some((field) => reference.startsWith(`#${append("", field)}/`));

  function place(section: Section, reference: string): string {
    const key = `${section} ${reference}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const value = lookUp(document, reference);
    if (value === undefined) return reference;
    const there = isObject(placed[section]) ? placed[section] : {};
    const name = freeName(there, reference);
    const next = `#${append(append("", section), name)}`;
    names.set(key, next);
    const part = copy(value);
    placed[section] = { ...there, [name]: part };
    waiting.push({ [section]: { [name]: part } });
    return next;
  }

  if (isObject(placed.paths)) placed.paths = placePathItems(document, placed.paths, isElsewhere, copy);
  const waiting: object[] = [placed];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    visitReferences(part, {
      readsExtension: () => false,
      tooDeep: () => {},
      visit: (at) => {
        if (isElsewhere(at.reference)) at.replace(place(sectionOf(at.pointer()), at.reference));
      },
    });
  }
  return placed;
}

function placePathItems(
  document: JsonObject,
  paths: JsonObject,
  isElsewhere: (reference: string) => boolean,
  copy: (value: unknown) => unknown,
): JsonObject {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      if (!isObject(item) || typeof item.$ref !== "string" || !isElsewhere(item.$ref)) return [path, item];
      const resolved = resolve(document, item);
      if (!("value" in resolved) || !isObject(resolved.value)) return [path, item];
      const { $ref: _, ...own } = item;
      return [path, { ...(copy(resolved.value) as JsonObject), ...own }];
    }),
  );
}

/** What a reference means by where it stands. A property of a schema may be called as a section is. */
function sectionOf(pointer: string): Section {
  const match = /(?<!\/properties)\/(parameters|responses)\/[^/]+\/\$ref$/.exec(pointer)?.[1];
  return match === "parameters" || match === "responses" ? match : "definitions";
}

/** `Pet` for `#/x-files/schemas~1pet.yaml/Pet`, `pet` for the file itself, with a number where that is taken. */
function freeName(taken: JsonObject, reference: string): string {
  const last = reference.split("/").at(-1) ?? "";
  const bare = last.replaceAll("~1", "/").split("/").at(-1) ?? "";
  const name = bare.replace(/\.(?:json|ya?ml)$/i, "").replaceAll(/[^\w.-]+/g, "-") || "part";
  let free = name;
  for (let number = 2; Object.hasOwn(taken, free); number += 1) free = `${name}-${number}`;
  return free;
}

/** Copies values, as long as all copies together stay in proportion to the document. */
function copier(document: JsonObject): (value: unknown) => unknown {
  let room = copiesMax * countOf(document);
  return (value) => {
    room -= countOf(value);
    if (room >= 0) return structuredClone(value);
    const message =
      "References lead into files that hold each other's parts, too often to be written out. Bundle them first.";
    throw new Problem("document-invalid", {
      detail: message,
      members: { findings: [{ pointer: "", message, severity: "error" }] },
    });
  };
}

function countOf(root: unknown): number {
  let count = 0;
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    count += 1;
    if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) open.push(inner);
  }
  return count;
}
