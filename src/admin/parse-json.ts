import { findJsonFault } from "../catalog/index.ts";
import { Problem } from "../model/problem.ts";

/** JSON as data. Throws `request-malformed` with the line and column at which the text stops being JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { position, wanted } = findJsonFault(text);
    const lines = text.slice(0, position).split("\n");
    const column = (lines.at(-1)?.length ?? 0) + 1;
    throw new Problem("request-malformed", {
      detail: `The body is not JSON. Line ${lines.length}, column ${column}: here must stand ${wanted}.`,
      members: { position: { line: lines.length, column } },
    });
  }
}
