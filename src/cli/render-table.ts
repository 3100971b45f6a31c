import type { Terminal } from "./terminal.ts";

/** Columns as wide as they must be; those from `numbersFrom` on stand to the right. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { style }: Terminal,
  numbersFrom = head.length,
): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [style("dim", line(head)), ...rows.map(line)].join("\n");
}
