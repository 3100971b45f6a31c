/** @module Findings as compilers print them: file, line and column first, so that editors can jump; then the line itself. */
import type { LocatedFinding } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

const shownMax = 50;

export function renderFindings(findings: readonly LocatedFinding[], terminal: Terminal): string {
  const shown = findings.slice(0, shownMax).map((finding) => renderFinding(finding, terminal));
  const more = findings.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more.`] : [])].join("\n");
}

function renderFinding(finding: LocatedFinding, { style }: Terminal): string {
  const { file, line, column, pointer, message, severity, excerpt } = finding;
  const place = line === 0 ? `${file}#${pointer}` : `${file}:${line}:${column}`;
  const colour = severity === "error" ? "red" : "yellow";
  const head = `${style("bold", place)}: ${style(colour, severity)}: ${message}`;
  if (excerpt === null || excerpt.text.trim() === "") return head;
  const gutter = String(line).padStart(5);
  const text = excerpt.text.slice(0, 200);
  const width = Math.max(1, Math.min(excerpt.length, text.length - column + 1));
  const marker = " ".repeat(column - 1) + "^".repeat(width);
  return `${head}\n${style("dim", `${gutter} |`)} ${text}\n${style("dim", "      |")} ${style(colour, marker)}`;
}

/** As programs read them. */
export function findingsJson(findings: readonly LocatedFinding[]): object[] {
  return findings.map(({ file, line, column, pointer, message, severity }) => ({
    file,
    line,
    column,
    pointer,
    message,
    severity,
  }));
}
