/** @module Paths of an OpenAPI document, beyond the shape that the router itself asks for (model/path-template). */
import { parseTemplate, templateShape } from "../../model/path-template.ts";

export interface DocumentPath {
  readonly parameters: readonly string[];
  /** Equal for two paths that match the same requests. */
  readonly shape: string;
}

/** Reads a path, or says what is wrong with it and how to mend it. */
export function readDocumentPath(path: string): DocumentPath | string {
  if (path.length > 2_000) return "The path is longer than 2,000 characters. Shorten it.";
  if (/[?#]/.test(path)) return "The path holds a query or a fragment. Describe query parameters as parameters.";
  if (/[\s\\]|[^\P{C}]/u.test(path)) return "The path holds a space or an unprintable character. Percent-encode it.";
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return "A segment of the path is “.” or “..”. Leave it out.";
  const parsed = parseTemplate(path);
  if ("reason" in parsed) return parsed.reason;
  const parameters = parsed.segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  return { parameters, shape: templateShape(parsed.segments) };
}

/** An id for an operation that has none: `get-books-isbn`. */
export function makeOperationId(method: string, path: string): string {
  const words = path.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return `${method.toLowerCase()}-${words === "" ? "root" : words.toLowerCase()}`.slice(0, 190);
}
