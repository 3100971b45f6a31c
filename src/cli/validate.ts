import type { CommandResult } from "./command.ts";
import { loadFile } from "./load-file.ts";
import { findingsJson, renderFindings } from "./render-findings.ts";
import type { Terminal } from "./terminal.ts";

/** Checks the file and its documents without a server: fields, names, policies, and whether each version compiles. */
export async function validate(options: { file: string }, terminal: Terminal): Promise<CommandResult> {
  const loaded = await terminal.progress(`Checking ${options.file}`, () => loadFile(options.file));
  const apis = Object.keys(loaded.file.apis).length;
  const { operationCount: operations, warnings } = loaded;
  if (warnings.length > 0) terminal.tell(renderFindings(warnings, terminal));
  const counts = [count(apis, "API"), count(operations, "operation"), count(warnings.length, "warning")].join(", ");
  return {
    exitCode: 0,
    text: `${options.file} is valid: ${counts}.`,
    json: { valid: true, workspace: loaded.file.workspace, apis, operations, findings: findingsJson(warnings) },
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
