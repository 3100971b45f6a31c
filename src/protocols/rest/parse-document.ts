/** @module Text to data, for documents that strangers wrote: bounded, never evaluated, every fault with line and column. */
import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from "yaml";
import { Problem, type Finding } from "../../model/problem.ts";
import { findJsonFault } from "./json-fault.ts";
import { isObject } from "./pointer.ts";
import { isTooDeep, tooDeepMessage } from "./yaml-depth.ts";

/** What is parsed at most: characters of JSON or YAML, and marks of YAML (words, signs, spaces between them). */
export interface DocumentBounds {
  readonly jsonMax: number;
  readonly yamlMax: number;
  readonly yamlMarksMax: number;
}

/**
 * What a Worker parses within its 128 MiB. JSON takes five times its size. YAML takes 30 to 430 times its size while it is
 * parsed, by how dense it is, but 150 to 290 bytes for each mark: hence the bound on these.
 */
export const workerBounds: DocumentBounds = {
  jsonMax: 16 * 1024 * 1024,
  yamlMax: 2 * 1024 * 1024,
  yamlMarksMax: 300_000,
};

/** Parses JSON or YAML 1.2. Throws `document-invalid` with `members.findings`. */
export function parseDocument(text: string, mediaType: string, bounds: DocumentBounds): unknown {
  const kind = documentKind(text, mediaType);
  const max = kind === "JSON" ? bounds.jsonMax : bounds.yamlMax;
  if (text.length > max) {
    throw tooLarge(`The document is larger than the ${max / 1024 / 1024} MiB of ${kind} that are read here.`);
  }
  return kind === "JSON" ? parseJson(text) : parseYamlText(text, bounds);
}

/** By the media type if it says so, else by the first character. */
export function documentKind(text: string, mediaType: string): "JSON" | "YAML" {
  if (/yaml/i.test(mediaType)) return "YAML";
  if (/json/i.test(mediaType)) return "JSON";
  return /^\uFEFF?\s*[{[]/.test(text) ? "JSON" : "YAML";
}

function parseJson(text: string): unknown {
  const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return JSON.parse(bare);
  } catch {
    const { position, wanted } = findJsonFault(bare);
    throw unreadable("JSON", [`${lineAndColumn(bare, position)}: here must stand ${wanted}.`]);
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
    const parsed = composeYaml(text, lines, bounds.yamlMarksMax);
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

/** yaml's own parseDocument, but for the bound and for a second document in the text, which is a fault here. */
function composeYaml(text: string, lines: LineCounter, marksMax: number): Document {
  const composer = new Composer({ lineCounter: lines, uniqueKeys: true, version: "1.2" });
  const [document, second] = composer.compose(boundedTokens(text, lines, marksMax), true, text.length);
  if (document === undefined) throw unreadable("YAML", ["The text is empty."]);
  if (second !== undefined) throw unreadable("YAML", ["There is more than one YAML document. Send the first alone."]);
  return document;
}

function* boundedTokens(text: string, lines: LineCounter, marksMax: number): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let marks = 0;
  for (const lexeme of new Lexer().lex(text)) {
    marks += 1;
    if (marks > marksMax)
      throw tooLarge(`The YAML has more than the ${marksMax.toLocaleString("en-GB")} parts that are read here.`);
    yield* parser.next(lexeme);
    if (isTooDeep(parser)) {
      // The mark that opens the level too many has just been passed.
      const { line, col } = lines.linePos(parser.offset - 1);
      throw unreadable("YAML", [`Line ${line}, column ${col}: ${tooDeepMessage}`]);
    }
  }
  yield* parser.end();
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

function tooLarge(what: string): Problem {
  return new Problem("document-invalid", {
    detail: `${what} Import it by the command line, which parses on your own machine: gatehouse import openapi, or apply. Or send it as JSON.`,
    members: { findings: [] },
  });
}

function unreadable(kind: "JSON" | "YAML", messages: string[]): Problem {
  const findings: Finding[] = messages.map((message) => ({ pointer: "", message, severity: "error" }));
  return new Problem("document-invalid", {
    detail: `The document is not valid ${kind}. ${messages[0] ?? ""} Nothing was imported.`,
    members: { findings },
  });
}
