import { structuredPatch } from "diff";
import type { Terminal } from "./terminal.ts";

/** What differs between two texts, with two lines around it, as a good Git diff shows it; empty if nothing does. */
export function renderDiff(before: string, after: string, terminal: Terminal): string[] {
  const { hunks } = structuredPatch("", "", `${before}\n`, `${after}\n`, "", "", { context: 2 });
  return hunks.flatMap((hunk, index) => [
    ...(index === 0 ? [] : [terminal.style("dim", "    …")]),
    ...hunk.lines.filter((line) => !line.startsWith("\\")).map((line) => renderLine(line, terminal)),
  ]);
}

function renderLine(line: string, { style }: Terminal): string {
  const text = `  ${line.slice(0, 1)} ${line.slice(1)}`;
  return line.startsWith("+") ? style("green", text) : line.startsWith("-") ? style("red", text) : style("dim", text);
}
