/** @module A text that the operator wrote, in YAML or JSON, and the way from a JSON pointer back to line and column. */
import {
  Lexer,
  LineCounter,
  Parser,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
} from "yaml";
import { isTooDeep, tooDeepMessage } from "../protocols/rest/yaml-depth.ts";
import type { LocatedFinding } from "./failure.ts";

export interface Source {
  /** As the operator named it. */
  readonly path: string;
  readonly text: string;
  /** Undefined while `faults` is not empty. */
  readonly value: unknown;
  /** What keeps the text from being read at all. */
  readonly faults: readonly LocatedFinding[];
  /** The finding at its field or item; where that is not there, at the nearest thing around it. */
  locate(finding: Pick<LocatedFinding, "pointer" | "message" | "severity">): LocatedFinding;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

export function readSource(path: string, text: string): Source {
  const depth = findDepthFault(text);
  if (depth !== null) return tooDeep(path, text, depth);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
  const written = text.split(/\r?\n/);
  const at = ({ offset, length }: Span, finding: Pick<LocatedFinding, "pointer" | "message" | "severity">) => {
    const { line, col } = lines.linePos(offset);
    const place = { file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
    return { ...place, ...finding, excerpt: { text: written[place.line - 1] ?? "", length } };
  };
  const fault = (offset: number, message: string) =>
    at({ offset, length: 1 }, { pointer: "", message: message.replace(/\.?$/, "."), severity: "error" });
  const faults = document.errors.slice(0, 10).map((error) => fault(error.pos[0], error.message));
  let value: unknown;
  try {
    if (faults.length === 0) value = document.toJS({ maxAliasCount: 100 });
  } catch {
    faults.push(fault(0, "Its aliases make the file too large. Write out what they repeat"));
  }
  return { path, text, value, faults, locate: (finding) => at(spanOf(document, finding.pointer), finding) };
}

/** A text that is too deep to be parsed: its only fault, and whatever else is found, stand where it gets too deep. */
function tooDeep(path: string, text: string, offset: number): Source {
  const before = text.slice(0, offset).split("\n");
  const line = before.at(-1) ?? "";
  const excerpt = { text: line, length: 1 };
  const place = { file: path, line: before.length, column: Math.max(line.length, 1), excerpt };
  const fault = { ...place, pointer: "", message: tooDeepMessage, severity: "error" as const };
  return { path, text, value: undefined, faults: [fault], locate: (finding) => ({ ...place, ...finding }) };
}

/** Offset at which the text is nested too deep, or null. */
function findDepthFault(text: string): number | null {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // What was parsed is not needed, only how deep the parser is in it.
    for (const token of parser.next(lexeme)) void token;
    if (isTooDeep(parser)) return parser.offset;
  }
  return null;
}

function spanOf(document: Document, pointer: string): Span {
  let node: Node | null = document.contents;
  let found: Span = { offset: node?.range?.[0] ?? 0, length: 1 };
  for (const raw of pointer.split("/").slice(1)) {
    const token = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === token);
      if (pair === undefined || !isScalar(pair.key)) return found;
      found = rangeOf(pair.key, found);
      node = (pair.value as Node | null) ?? null;
    } else if (isSeq(node)) {
      const item = node.items[Number(token)] as Node | undefined;
      if (item === undefined) return found;
      found = rangeOf(item, found);
      node = item;
    } else return found;
  }
  return found;
}

function rangeOf(node: Node, otherwise: Span): Span {
  const [start, end] = node.range ?? [];
  if (start === undefined || end === undefined) return otherwise;
  return { offset: start, length: isScalar(node) ? end - start : 1 };
}
