/** @module Text to data, for documents that strangers wrote: bounded, never evaluated, every fault with line and column. */
import { LineCounter, parseDocument as parseYaml } from "yaml";
import { Problem, type Finding } from "../../model/problem.ts";
import { findJsonFault } from "./json-fault.ts";
import { isObject } from "./pointer.ts";

/** Largest texts that are parsed, in characters. */
export interface DocumentBounds {
  readonly jsonMax: number;
  readonly yamlMax: number;
}

/** What a Worker parses within its 128 MiB: a parsed YAML text takes some forty times its size, JSON five. */
export const workerBounds: DocumentBounds = { jsonMax: 16 * 1024 * 1024, yamlMax: 2 * 1024 * 1024 };

/** Parses JSON or YAML 1.2. Throws `document-invalid` with `members.findings`. */
export function parseDocument(text: string, mediaType: string, bounds: DocumentBounds): unknown {
  const kind = documentKind(text, mediaType);
  const max = kind === "JSON" ? bounds.jsonMax : bounds.yamlMax;
  if (text.length > max) {
    throw new Problem("document-invalid", {
      detail: `The document is larger than the ${max / 1024 / 1024} MiB of ${kind} that are read here. Import it by the command line, which parses on your own machine: gatehouse apply.`,
      members: { findings: [] },
    });
  }
  return kind === "JSON" ? parseJson(text) : parseYamlText(text, bounds);
}

/** By the media type if it says so, else by the first character. */
function documentKind(text: string, mediaType: string): "JSON" | "YAML" {
  if (/yaml/i.test(mediaType)) return "YAML";
  if (/json/i.test(mediaType)) return "JSON";
  return /^\uFEFF?\s*[{[]/.test(text) ? "JSON" : "YAML";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    const { position, wanted } = findJsonFault(text);
    throw unreadable("JSON", [`${lineAndColumn(text, position)}: here must stand ${wanted}.`]);
  }
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function parseYamlText(text: string, bounds: DocumentBounds): unknown {
  const lines = new LineCounter();
  let value: unknown;
  try {
    const parsed = parseYaml(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: "1.2" });
    if (parsed.errors.length > 0) {
      throw unreadable(
        "YAML",
        parsed.errors.slice(0, 20).map((fault) => {
          const { line, col } = lines.linePos(fault.pos[0]);
          return `Line ${line}, column ${col}: ${fault.message.replace(/\.?$/, ".")}`;
        }),
      );
    }
    value = parsed.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw unreadable("YAML", [`The YAML cannot be resolved: ${thrown instanceof Error ? thrown.message : "unknown"}.`]);
  }
  if (!fitsWhenExpanded(value, bounds.jsonMax)) {
    throw unreadable("YAML", ["Its aliases make the document too large. Use $ref instead of YAML anchors."]);
  }
  return value;
}

/** Whether the value, with every alias written out, stays within `max` characters or so: aliases multiply. */
function fitsWhenExpanded(root: unknown, max: number): boolean {
  let size = 0;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    size += typeof value === "string" ? value.length + 3 : 4;
    if (size > max) return false;
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (isObject(value)) {
      for (const [key, field] of Object.entries(value)) {
        size += key.length + 3;
        open.push(field);
      }
    }
  }
  return true;
}

function unreadable(kind: "JSON" | "YAML", messages: string[]): Problem {
  const findings: Finding[] = messages.map((message) => ({ pointer: "", message, severity: "error" }));
  return new Problem("document-invalid", {
    detail: `The document is not valid ${kind}. ${messages[0] ?? ""} Nothing was imported.`,
    members: { findings },
  });
}
