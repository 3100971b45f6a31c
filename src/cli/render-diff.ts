import { structuredPatch } from "diff";
import type { Terminal } from "./terminal.ts";

/** Lines that may have gone and come: the time that finding them takes grows with the square of their number, to about a second. */
const changedLinesMax = 4_000;

/**
 * What differs between two texts, with two lines around it, as a good Git diff shows it; empty if nothing does. Texts that have
 * little in common are counted instead.
 */
export function renderDiff(before: string, after: string, terminal: Terminal): string[] {
  const options = { context: 2, maxEditLength: changedLinesMax };
  const patch = structuredPatch("", "", `${before}\n`, `${after}\n`, "", "", options);
  if (patch === undefined) return [renderCounts(before.split("\n"), after.split("\n"), terminal)];
  return patch.hunks.flatMap((hunk, index) => [
    ...(index === 0 ? [] : [terminal.style("dim", "    …")]),
    ...hunk.lines.filter((line) => !line.startsWith("\\")).map((line) => renderLine(line, terminal)),
  ]);
}

function renderLine(line: string, { style }: Terminal): string {
  const text = `  ${line.slice(0, 1)} ${line.slice(1)}`;
  return line.startsWith("+") ? style("green", text) : line.startsWith("-") ? style("red", text) : style("dim", text);
}

function renderCounts(before: readonly string[], after: readonly string[], { style }: Terminal): string {
  const counts = [
    style("red", `  - ${new Set(before).difference(new Set(after)).size} different lines that are gone`),
    style("green", `  + ${new Set(after).difference(new Set(before)).size} that are new`),
  ];
  const rest = style(
    "dim",
    `    … of ${before.length} before and ${after.length} after: too many to show; --json gives both`,
  );
  return [...counts, rest].join("\n");
}
