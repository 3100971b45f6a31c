/**
 * @module The operator's command. Runs as TypeScript on the pinned Node; bin/gatehouse starts it.
 *
 * Talks to a server by the management API only, and loads of the product what is pure: the file's schema, the policies'
 * schemas, the readers of documents and the compiler.
 */
import { Command } from "commander";
import { apply } from "./apply.ts";
import { exportAudit, listAudit, verifyAudit } from "./audit.ts";
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
  return withServer(onFile(name, description));
}

function withServer(command: Command): Command {
  return command
    .option("--server <url>", "address of the management API (GATEHOUSE_SERVER; else what npm start runs)")
    .option("--token <token>", "admin token (GATEHOUSE_TOKEN; else the local one)");
}

/** Runs a command to its end: prints its result or its failure, and sets the exit code. */
async function run(isJson: boolean, work: (terminal: Terminal) => Promise<CommandResult>): Promise<void> {
  const terminal = openTerminal(isJson);
  try {
    const result = await work(terminal);
    const printed = isJson ? (result.json === null ? null : JSON.stringify({ ok: true, ...result.json })) : result.text;
    if (printed !== null) terminal.print(printed);
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

/** `gatehouse audit …`: nothing of it needs the workspace's file. */
function onTrail(name: string, description: string, isDefault = false): Command {
  return withServer(audit.command(name, { isDefault }).description(description))
    .option("--json", "print one JSON object instead of words", false)
    .option("-w, --workspace <id>", "workspace whose trail it is (else the token's own)")
    .option("--platform", "the trail above all workspaces", false);
}

function withFilters(command: Command): Command {
  return command
    .option("--action <name>", "only this action, such as publish-version")
    .option("--actor <id>", "only changes by this token or person")
    .option("--target <id>", "only changes of this")
    .option("--kind <kind>", "only changes of this kind, such as version")
    .option("--search <text>", "only entries that hold this text before or after")
    .option("--from <time>", "only since then: 2026-11-26, or 2026-11-26T12:00:00Z")
    .option("--to <time>", "only before then");
}

interface Json {
  readonly json: boolean;
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
const audit = program.command("audit").description("Show, export and verify the trail of changes.");
withFilters(onTrail("list", "List the newest changes (what gatehouse audit does by itself).", true))
  .option("-n, --limit <count>", "most entries to list", "50")
  .action((flags: Parameters<typeof listAudit>[0] & Json) => run(flags.json, (terminal) => listAudit(flags, terminal)));
withFilters(onTrail("export", "Write every change as NDJSON, oldest first."))
  .option("-o, --out <file>", "file to write to; else stdout")
  .action((flags: Parameters<typeof exportAudit>[0] & Json) =>
    run(flags.json, (terminal) => exportAudit(flags, terminal)),
  );
onTrail("verify", "Follow the trail's chain of hashes from the first entry, and name the first that does not fit.")
  .option("-i, --in <file>", "an export to verify, without a server")
  .option("--head <sequence:hash>", "an end that was printed before, which must still be there")
  .action((flags: Parameters<typeof verifyAudit>[0] & Json) =>
    run(flags.json, (terminal) => verifyAudit(flags, terminal)),
  );
program
  .command("schema")
  .description("Print the file's JSON Schema, for editors.")
  .action(() => run(false, schema));

await program.parseAsync();
