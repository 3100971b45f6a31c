/**
 * @module The operator's command. Runs as TypeScript on the pinned Node; bin/gatehouse starts it.
 *
 * Talks to a server by the management API only, and loads of the product what is pure: the file's schema, the policies'
 * schemas, the readers of documents and the compiler.
 */
import { Command } from "commander";
import { apply } from "./apply.ts";
import { exportAudit, listAudit, verifyAudit } from "./audit.ts";
import { abortCanary, promoteCanary, setCanary, startCanary } from "./canary.ts";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { diff } from "./diff.ts";
import { dump } from "./dump.ts";
import { addCredit } from "./credit-commands.ts";
import { inEnvironment, remote, withJson, withServer } from "./flags.ts";
import { importOpenApi } from "./import-openapi.ts";
import { logIn, logOut } from "./log-in.ts";
import { createKey, listKeys, revokeKey } from "./keys.ts";
import { logs, type LogsOptions } from "./logs.ts";
import { compare, listRevisions } from "./revisions.ts";
import { run, runOn, type Json } from "./run.ts";
import { cancelSchedule, listSchedules } from "./schedules.ts";
import { schema } from "./schema.ts";
import { bindSecret, deleteSecret, listSecrets, resealSecrets, setSecret } from "./secrets.ts";
import type { Terminal } from "./terminal.ts";
import { limits } from "./limits.ts";
import { reconcileUsage } from "./reconcile-usage.ts";
import { usage } from "./usage.ts";
import { validate } from "./validate.ts";
import { deprecate, promote, publish, reinstate, retire, rollBack, withdraw } from "./versions.ts";

const program = new Command("gatehouse")
  .description("Describe a whole workspace in one file, see what would change, and make it so; and run what is there.")
  .showHelpAfterError("Run gatehouse --help for what there is.")
  .addHelpText(
    "after",
    "\nExit codes: 0 done or nothing to change, 1 refused, failed or broken, 2 diff or compare found changes.",
  );

// The workspace's file

interface FileFlags {
  readonly file: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly prune: boolean;
}

function onFile(name: string, description: string): Command {
  const command = program
    .command(name)
    .description(description)
    .argument("[file]", "the file, instead of --file")
    .option("-f, --file <path>", "the workspace's file", "gatehouse.yaml");
  return withJson(command);
}

const file =
  (work: (options: FileFlags, terminal: Terminal) => Promise<CommandResult>) =>
  (named: string | undefined, flags: FileFlags): Promise<void> =>
    run(flags.json, (terminal) => work({ ...flags, file: named ?? flags.file }, terminal));

withServer(onFile("apply", "Make the server's workspace what the file says."))
  .option("-y, --yes", "apply without asking", false)
  .option("--prune", "delete what the workspace has and the file does not name", false)
  .action(file(apply));
withServer(onFile("diff", "Show what apply would change."))
  .option("--prune", "also what apply --prune would delete", false)
  .action(file(diff));
onFile("validate", "Check the file and its documents, without a server.").action(file(validate));
program
  .command("schema")
  .description("Print the file's JSON Schema, for editors.")
  .action(() => run(false, schema));

program
  .command("login <server>")
  .description("Keep a token for a server: it is read from standard input, or asked for.")
  .option("--json", "print one JSON object", false)
  .action(runOn(logIn));
withJson(program.command("logout").description("Forget the token of a server."))
  .option("--server <address>", "the server, if not the one that was logged in to last")
  .action((flags: Json & { readonly server?: string }) => run(flags.json, () => logOut(flags)));

// What is on the server

const imports = program.command("import").description("Bring in what others describe.");
remote(
  imports,
  "openapi <file> <api/version>",
  "Take an OpenAPI or Swagger document (or the one in a folder), and all files it refers to, as a draft.",
)
  .option("--create", "make the API and the version, where they are not there yet", false)
  .option("--prefix <path>", "path of an API that is made; its short name if left out")
  .action(runOn(importOpenApi));

remote(program, "dump", "Write the workspace as a file, with its documents; applying that changes nothing.")
  .option("-o, --out <folder>", "folder to write gatehouse.yaml and documents to; else the file alone to stdout")
  .option("--force", "write over what is there", false)
  .action(runOn(dump));

inEnvironment(remote(program, "publish <api/version>", "Serve what the draft holds."), "environment to serve it in")
  .option("--at <time>", "when, if not now: what is served then is the draft as it is now")
  .action(runOn(publish));
inEnvironment(
  remote(program, "rollback <api/version>", "Serve again what was served before; a second time undoes the first."),
  "environment to roll back",
)
  .option("--revision <number>", "revision to serve instead")
  .action(runOn(rollBack));
inEnvironment(
  remote(program, "promote <api/version>", "Serve in one environment what another serves."),
  "environment to serve it in",
)
  .requiredOption("--from <name>", "environment that serves it already")
  .action(runOn(promote));
remote(program, "withdraw <api/version>", "Take a version out of one environment; it stays in the others.")
  .requiredOption("-e, --environment <name>", "environment that it leaves")
  .option("--reason <text>", "why, although applications still call it there")
  .action(runOn(withdraw));
remote(program, "revisions <api/version>", "List what a version was published with, and where each is served.").action(
  runOn(listRevisions),
);
remote(
  program,
  "compare <api/version> <before> [after]",
  "Show what differs between two revisions, or one and the draft.",
)
  .addHelpText(
    "after",
    "\nRevisions go by their numbers; draft is what is being worked on, and what is compared with by default.",
  )
  .action((version: string, before: string, after: string | undefined, flags: RemoteOptions & Json) =>
    run(flags.json, (terminal) => compare(version, before, after ?? "draft", flags, terminal)),
  );
remote(program, "deprecate <api/version>", "Tell callers that a version ends; again to change what is told.")
  .option("--since <time>", "since when: 2026-11-26, or 2026-11-26T12:00:00Z; may be ahead")
  .option("--sunset <time>", "until when it answers; never takes it back")
  .option("--guide <url>", "page that tells how to move on; portal is the portal's own")
  .option("--brownout <from/to...>", "times in which calls are refused, in place of those before; none: there are none")
  .action(runOn(deprecate));
remote(program, "retire <api/version>", "Refuse all calls of a version with 410.")
  .option("--reason <text>", "why, although applications still call it")
  .option("--at <time>", "when, if not now")
  .action(runOn(retire));
remote(program, "reinstate <api/version>", "Make a deprecated or retired version a published one again.").action(
  runOn(reinstate),
);

const canary = program
  .command("canary")
  .description("A new revision for a share of callers, the same ones everywhere.");
type CanaryFlags = RemoteOptions & Json & { readonly environment: string };
function onCanary(name: string, description: string): Command {
  return inEnvironment(remote(canary, `${name} <api/version>`, description), "environment in which it runs");
}
const percent = ["-p, --percent <share>", "share of callers, in per cent"] as const;
onCanary("start", "Serve the draft to a share of callers, beside what is published.")
  .requiredOption(...percent)
  .action((version: string, flags: CanaryFlags & { readonly percent: string }) =>
    run(flags.json, () => startCanary(version, flags)),
  );
onCanary("set", "Change the share; whoever is in stays in as it grows.")
  .requiredOption(...percent)
  .action((version: string, flags: CanaryFlags & { readonly percent: string }) =>
    run(flags.json, () => setCanary(version, flags)),
  );
onCanary("promote", "Serve it to all callers.").action((version: string, flags: CanaryFlags) =>
  run(flags.json, () => promoteCanary(version, flags)),
);
onCanary("abort", "Serve it to nobody.").action((version: string, flags: CanaryFlags) =>
  run(flags.json, () => abortCanary(version, flags)),
);

const schedules = program.command("schedules").description("What is published or retired at a time.");
remote(schedules, "list", "List what was scheduled, the newest first.", { isDefault: true })
  .option("--state <state>", "only what is waiting, done, failed or cancelled")
  .action(runOn(listSchedules));
remote(schedules, "cancel <id>", "Cancel what is waiting.").action((id: string, flags: RemoteOptions & Json) =>
  run(flags.json, () => cancelSchedule(id, flags)),
);

const keys = program.command("keys").description("Keys by which applications call.");
remote(keys, "list", "List keys, never the keys themselves.", { isDefault: true })
  .option("-a, --application <name>", "only those of this application: its id or short name")
  .action(runOn(listKeys));
inEnvironment(
  remote(keys, "create <application>", "Make a key and print it, this once."),
  "environment in which it counts",
)
  .option("--name <name>", "what it is called")
  .option("--expires <time>", "when it ends: 2027-11-26, or 2027-11-26T12:00:00Z")
  .action(runOn(createKey));
remote(keys, "revoke <id>", "End a key, by its id.").action(runOn(revokeKey));

const secrets = program.command("secrets").description("Values that policies name as ${secret:NAME}.");
inEnvironment(
  remote(secrets, "list", "List secrets, never their values.", { isDefault: true }),
  "environment to list",
).action(runOn(listSecrets));
inEnvironment(
  remote(secrets, "set <NAME>", "Set a secret to what standard input holds."),
  "environment in which it counts",
)
  .option("--host <host...>", "hosts of upstreams that it may be sent to")
  .action(runOn(setSecret));
inEnvironment(
  remote(
    secrets,
    "bind <NAME> [host...]",
    "Say to which hosts of upstreams a secret may be sent; without any: nowhere.",
  ),
  "environment in which it counts",
).action((name: string, hosts: string[], flags: RemoteOptions & Json & { readonly environment: string }) =>
  run(flags.json, () => bindSecret(name, hosts, flags)),
);
inEnvironment(
  remote(secrets, "delete <NAME>", "Delete a secret that nothing served names."),
  "environment in which it counts",
).action((name: string, flags: RemoteOptions & Json & { readonly environment: string }) =>
  run(flags.json, () => deleteSecret(name, flags)),
);
remote(secrets, "reseal", "Seal all secrets of the installation anew, after a new key was put in front.").action(
  runOn(resealSecrets),
);

const usages = program.command("usage").description("Show what was called, exactly as it was counted.");
remote(usages, "show", "Show what was called, exactly as it was counted.", { isDefault: true })
  .option("--from <time>", "since then; a day ago if left out")
  .option("--to <time>", "before then; now if left out")
  .option("--per <period>", "hour, day or total; minute for one application and the last 48 hours", "total")
  .option("-a, --application <name>", "only calls by this application: its id, short name, or team/name")
  .option("--by <names>", "told apart by environment, api, version, operation, application, subscription or meter")
  .option("-n, --limit <count>", "most rows to show", "1000")
  .action(runOn(usage));
remote(usages, "reconcile", "Compare 48 hours of ledgers with the stored totals, and repair what differs.")
  .option("-a, --application <name>", "only this application's ledgers: its id, short name, or team/name")
  .addHelpText("after", "\nExit code 1: a difference remains.")
  .action(runOn(reconcileUsage));

inEnvironment(
  remote(program, "limits <application>", "Show what is left of an application's limits. Asking spends nothing."),
  "environment in which it is counted",
).action((application: string, flags: RemoteOptions & Json & { readonly environment: string }) =>
  run(flags.json, (terminal) => limits(application, flags, terminal)),
);

addCredit(program);

remote(program, "logs [api]", "Watch calls as they end: of all APIs, of one, or of one version of it, as books/v1.")
  .option("-e, --environment <name>", "only calls in this environment")
  .option("--operation <id>", "only calls of this operation")
  .option("-a, --application <name>", "only calls by this application: its id, short name, or team/name")
  .option("--method <method>", "only calls with this method")
  .option("--status <status>", "only answers with this status, or of this class: 404, or 4xx")
  .option("--problem <code>", "only calls refused with this problem")
  .option("-n, --limit <count>", "end after so many calls")
  .addHelpText("after", "\nWith --json each call is one JSON object on a line of its own.")
  .action((api: string | undefined, flags: LogsOptions) => run(flags.json, (terminal) => logs(api, flags, terminal)));

// The trail

const audit = program.command("audit").description("Show, export and verify the trail of changes.");

function trail(name: string, description: string, options = {}): Command {
  return remote(audit, name, description, options).option("--platform", "the trail above all workspaces", false);
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

withFilters(trail("list", "List the newest changes.", { isDefault: true }))
  .option("-n, --limit <count>", "most entries to list", "50")
  .action(runOn(listAudit));
withFilters(trail("export", "Write every change as NDJSON, oldest first."))
  .option("-o, --out <file>", "file to write to; else stdout")
  .action(runOn(exportAudit));
trail("verify", "Follow the chain of hashes from the first entry, and name the first that does not fit.")
  .option("-i, --in <file>", "an export to verify, without a server")
  .option("--head <sequence:hash>", "an end that was printed before, which must still be there")
  .action(runOn(verifyAudit));

await program.parseAsync();
