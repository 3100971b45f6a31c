/**
 * @module The operator's command. Runs as TypeScript on the pinned Node; bin/gatehouse starts it.
 *
 * Talks to a server by the management API only, and loads of the product what is pure: the file's schema, the policies'
 * schemas, the readers of documents and the compiler.
 */
import { Command } from "commander";
import { apply } from "./apply.ts";
import type { CommandResult } from "./command.ts";
import { diff } from "./diff.ts";
import { readFailure } from "./failure.ts";
import { findingsJson, renderFindings } from "./render-findings.ts";
import { schema } from "./schema.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { validate } from "./validate.ts";

const program = new Command("gatehouse")
  .description("Describe a whole workspace in one file, see what would change, and make it so.")
  .showHelpAfterError("Run gatehouse --help for what there is.")
  .addHelpText("after", "\nExit codes: 0 done or nothing to change, 1 refused or failed, 2 diff found changes.");

function onFile(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("[file]", "the file, instead of --file")
    .option("-f, --file <path>", "the workspace's file", "gatehouse.yaml")
    .option("--json", "print one JSON object instead of words", false);
}

function onServer(name: string, description: string): Command {
  return onFile(name, description)
    .option("--server <url>", "address of the management API (GATEHOUSE_SERVER; else what npm start runs)")
    .option("--token <token>", "admin token (GATEHOUSE_TOKEN; else the local one)");
}

/** Runs a command to its end: prints its result or its failure, and sets the exit code. */
async function run(isJson: boolean, work: (terminal: Terminal) => Promise<CommandResult>): Promise<void> {
  const terminal = openTerminal(isJson);
  try {
    const result = await work(terminal);
    terminal.print(isJson ? JSON.stringify({ ok: true, ...result.json }) : result.text);
    process.exitCode = result.exitCode;
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

interface Flags {
  readonly file: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly server?: string;
  readonly token?: string;
}
type Work = (options: Flags, terminal: Terminal) => Promise<CommandResult>;

const on = (work: Work) => (named: string | undefined, flags: Flags) =>
  run(flags.json, (terminal) => work({ ...flags, file: named ?? flags.file }, terminal));

onServer("apply", "Make the server's workspace what the file says.")
  .option("-y, --yes", "apply without asking", false)
  .action(on(apply));
onServer("diff", "Show what apply would change.").action(on(diff));
onFile("validate", "Check the file and its documents, without a server.").action(on(validate));
program
  .command("schema")
  .description("Print the file's JSON Schema, for editors.")
  .action(() => run(false, schema));

await program.parseAsync();
