import type { Finding } from "../../model/problem.ts";
import { brokenPathItem } from "./document-references.ts";
import { append, isObject, resolve, type JsonObject } from "./pointer.ts";

/**
 * The path item at `pointer` with what it refers to. What stands beside `$ref` holds as well: OpenAPI leaves open which of two
 * fields of one name is meant, so here the one that is written beside it, with a finding. Null, with a finding, if there is none.
 */
export function readPathItem(
  document: JsonObject,
  written: unknown,
  pointer: string,
  findings: Finding[],
): JsonObject | null {
  const resolved = resolve(document, written);
  const own = besideReference(written);
  if ("broken" in resolved) {
    const left = Object.keys(own).length === 0 ? "this path is" : "what it names is";
    const message = `${brokenPathItem(document, resolved.broken)}, so ${left} left out. Write the path item here.`;
    findings.push({ pointer: append(pointer, "$ref"), message, severity: "warning" });
    return Object.keys(own).length === 0 ? null : own;
  }
  const item = resolved.value;
  if (!isObject(item)) {
    const message = "The path item is not an object. Write methods below it.";
    findings.push({ pointer, message, severity: "error" });
    return null;
  }
  if (item === written) return item;
  for (const field of Object.keys(own)) {
    if (!Object.hasOwn(item, field) || field.startsWith("x-")) continue;
    const message = `What $ref names has “${field}” too. The one here is taken; keep one of them.`;
    findings.push({ pointer: append(pointer, field), message, severity: "warning" });
  }
  return { ...item, ...own };
}

function besideReference(written: unknown): JsonObject {
  if (!isObject(written) || typeof written.$ref !== "string") return {};
  return Object.fromEntries(Object.entries(written).filter(([field]) => field !== "$ref"));
}
