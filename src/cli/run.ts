import type { CommandResult } from "./command.ts";
import { readFailure } from "./failure.ts";
import { findingsJson, renderFindings } from "./render-findings.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** Runs a command to its end: prints its result or its failure, and sets the exit code. */
export async function run(isJson: boolean, work: (terminal: Terminal) => Promise<CommandResult>): Promise<void> {
  const terminal = openTerminal(isJson);
  try {
    const { text, json, exitCode } = await work(terminal);
    const printed = !isJson ? text : json === null ? null : JSON.stringify({ ok: true, ...json });
    if (printed !== null) terminal.print(printed);
    process.exitCode = exitCode;
  } catch (thrown) {
    const { message, next, findings } = readFailure(thrown);
    process.exitCode = 1;
    if (isJson) {
      terminal.print(JSON.stringify({ ok: false, error: { message, next }, findings: findingsJson(findings) }));
      return;
    }
    if (findings.length > 0) terminal.tell(renderFindings(findings, terminal));
    terminal.tell(`${terminal.style(["bold", "red"], "error")}: ${message}\n${next}`);
  }
}

export interface Json {
  readonly json: boolean;
}

/** What commander calls for a command with these arguments: they, then the flags, then itself. */
export function runOn<Arguments extends string[], Options extends object>(
  work: (...all: [...Arguments, Options, Terminal]) => Promise<CommandResult>,
): (...given: [...Arguments, Options & Json, unknown]) => Promise<void> {
  return (...given) => {
    const flags = given.at(-2) as Options & Json;
    const named = given.slice(0, -2) as Arguments;
    return run(flags.json, (terminal) => work(...named, flags, terminal));
  };
}
