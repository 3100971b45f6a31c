/**
 * @module `npm run deploy`: validates hosts and secrets, checks what is live against this build, applies migrations to the
 * account's D1, uploads the worker, and prints where everything is. `--dry-run` does all that needs no login and says what it would do.
 *
 * Answers are kept in `.gatehouse/deploy.json`, so that the next deploy asks nothing. Secrets are made once: a second
 * KEY_SECRET would make every consumer key issued so far invalid.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { buildWorker } from "./runtime/build-worker.ts";
import { inCheckout } from "./runtime/checkout.ts";
import { checkLivePrograms } from "./runtime/live-programs.ts";
import { wrangler } from "./runtime/wrangler.ts";

const usage = `Usage: npm run deploy -- [options]

  --console HOST    host of the console and the management API, on a zone of your account
  --portal HOST     host of the developer portal
  --gateway HOST    host at which APIs answer; may be given several times
  --shared HOST     no hosts of your own: everything on gatehouse.<account>.workers.dev (a trial: see README)
  --dry-run         build and check everything that needs no login; change nothing
  --help`;

interface Hosts {
  readonly console?: string;
  readonly portal?: string;
  readonly gateway: readonly string[];
  /** The one host of a trial; the others are then not used. */
  readonly shared?: string;
}

const secretNames = ["ADMIN_TOKEN", "KEY_SECRET"] as const;
type Secrets = Partial<Record<(typeof secretNames)[number], string>>;
const memory = inCheckout(".gatehouse", "deploy.json");

const { values } = parseArgs({
  options: {
    console: { type: "string" },
    portal: { type: "string" },
    gateway: { type: "string", multiple: true },
    shared: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

try {
  if (values.help) say(usage);
  else await deploy(values["dry-run"]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function deploy(dryRun: boolean): Promise<void> {
  const hosts = checkHosts(await chooseHosts(dryRun));
  say("1. Building the worker …");
  const built = await buildWorker();
  say(`   ${built.mainModule} (${built.hash})`);
  const migrations = (await readdir(inCheckout("migrations"))).filter((name) => name.endsWith(".sql"));
  if (dryRun) {
    const checked = await wrangler(["deploy", "--dry-run", ...deployArguments(hosts)]);
    if (checked.code !== 0) throw new Error(`${checked.stdout}${checked.stderr}`);
    say("2. Would check everything that is live against this build, and stop if it could not serve something.");
    say(`3. Would apply what is missing of ${migrations.length} migrations to the D1 database “gatehouse”.`);
    say(`4. Would make missing secrets (${secretNames.join(", ")}) and upload the worker.`);
    return printAddresses(hosts, {}, "would be at");
  }
  await requireLogin();
  say("2. Checking what is live against this build …");
  const isNew = await requireDatabase();
  say(isNew ? "   Nothing is: this is the first deploy." : `   ${await checkLive()}`);
  say("3. Applying migrations to D1 …");
  await show(
    ["d1", "migrations", "apply", "DB", "--remote"],
    "The migrations were not applied; the worker is unchanged.",
  );
  const made = await missingSecrets();
  say(`4. Uploading the worker${Object.keys(made).length > 0 ? ` with new ${Object.keys(made).join(", ")}` : ""} …`);
  await upload(hosts, made);
  await writeFile(memory, JSON.stringify(hosts, undefined, 2));
  printAddresses(hosts, made, "is at");
}

async function chooseHosts(dryRun: boolean): Promise<Hosts> {
  const before = JSON.parse(await readFile(memory, "utf8").catch(() => "{}")) as Partial<Hosts>;
  const gateway = values.gateway ?? before.gateway ?? [];
  const console = values.console ?? before.console;
  const portal = values.portal ?? before.portal;
  const shared = values.shared ?? (values.console === undefined ? before.shared : undefined);
  if (shared !== undefined) return { shared, gateway: [] };
  if (console !== undefined && portal !== undefined) return { console, portal, gateway };
  if (dryRun) return { shared: "gatehouse.example.workers.dev", gateway: [] };
  if (process.stdin.isTTY) return askForHosts();
  throw new Error(`Say which hosts to use, or --shared.\n\n${usage}`);
}

async function askForHosts(): Promise<Hosts> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ask = async (question: string) => (await terminal.question(`${question}: `)).trim();
    say("Hosts must be on zones of your account. Leave the first empty to try it on one workers.dev host.");
    const console = await ask("Host of console and management API");
    if (console === "") return { shared: await ask("Your host, gatehouse.<account>.workers.dev"), gateway: [] };
    const portal = await ask("Host of the developer portal");
    const gateway = await ask("Hosts of the gateway, separated by spaces");
    return { console, portal, gateway: gateway.split(/[\s,]+/).filter(Boolean) };
  } finally {
    terminal.close();
  }
}

/** Console, portal and gateway never share a host: proxied bytes are hostile (README, “Surfaces and origins”). */
function checkHosts(hosts: Hosts): Hosts {
  const all = hosts.shared === undefined ? [hosts.console ?? "", hosts.portal ?? "", ...hosts.gateway] : [hosts.shared];
  for (const host of all) {
    if (!/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(host)) {
      throw new Error(`“${host}” is not a host name. Write it in lower case, without scheme, port or path.`);
    }
  }
  if (new Set(all).size !== all.length) throw new Error("Console, portal and gateway each need a host of their own.");
  if (hosts.shared === undefined && hosts.gateway.length === 0)
    throw new Error("Name at least one host of the gateway, such as api.example.com.");
  return hosts;
}

function deployArguments(hosts: Hosts): string[] {
  const { shared, console = "", portal = "" } = hosts;
  if (shared !== undefined) return ["--var", "SHARED_HOST:true", `ADMIN_HOST:${shared}`, `PORTAL_HOST:${shared}`];
  const vars = ["--var", `ADMIN_HOST:${console}`, `PORTAL_HOST:${portal}`, "SHARED_HOST:false"];
  return [...vars, "--domains", console, portal, ...hosts.gateway];
}

async function requireLogin(): Promise<void> {
  const { code, stdout } = await wrangler(["whoami"]);
  if (code === 0 && !/not authenticated/i.test(stdout)) return;
  throw new Error("Not logged in. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, then try again.");
}

/** Whether the database had to be made: migrations come before the first upload, which would otherwise make it. */
async function requireDatabase(): Promise<boolean> {
  const { code, stdout, stderr } = await wrangler(["d1", "list", "--json"]);
  if (code !== 0) throw new Error(`Cannot list D1 databases.\n${stderr}`);
  const databases = JSON.parse(stdout.slice(stdout.indexOf("["))) as { name: string }[];
  if (databases.some((database) => database.name === "gatehouse")) return false;
  await show(["d1", "create", "gatehouse"], "The D1 database could not be made.");
  return true;
}

/** Throws what this build could not serve: nothing has been changed by then. */
async function checkLive(): Promise<string> {
  const { checked, faults } = await checkLivePrograms(askDatabase);
  if (faults.length === 0) return `${checked} programs, and this build serves all of them.`;
  const told = faults.slice(0, 20).map(({ what, why }) => `   ${what}: ${why}`);
  const more = faults.length > 20 ? [`   and ${faults.length - 20} more`] : [];
  throw new Error(
    [
      "This build cannot serve what is live:",
      ...told,
      ...more,
      "Nothing was changed. Publish these anew with what this build offers, or deploy the build that serves them.",
    ].join("\n"),
  );
}

async function askDatabase(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { code, stdout, stderr } = await wrangler(["d1", "execute", "DB", "--remote", "--json", "--command", sql]);
  if (code === 0) {
    const answers = JSON.parse(stdout.slice(stdout.indexOf("["))) as { results: Record<string, unknown>[] }[];
    return answers[0]?.results ?? [];
  }
  // Made, and not migrated yet: an earlier deploy did not come to its end.
  if (/no such table/i.test(stdout + stderr)) return [];
  throw new Error(`Cannot read what is live.\n${stderr}`);
}

/** Fresh values for those that the account lacks; taken from the environment if they are set there. */
async function missingSecrets(): Promise<Secrets> {
  const { code, stdout } = await wrangler(["secret", "list", "--format", "json"]);
  // Before the first upload there is no worker to ask about.
  const text = code === 0 ? stdout.slice(stdout.indexOf("[")) : "[]";
  const present = new Set((JSON.parse(text) as { name: string }[]).map((secret) => secret.name));
  const missing = secretNames.filter((name) => !present.has(name));
  return Object.fromEntries(missing.map((name) => [name, process.env[name] ?? randomBytes(32).toString("base64url")]));
}

/** Secrets travel in a file that only this user can read and that is gone afterwards, never on a command line. */
async function upload(hosts: Hosts, made: Secrets): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "gatehouse-deploy-"));
  try {
    const file = path.join(folder, "secrets.json");
    await writeFile(file, JSON.stringify(made), { mode: 0o600 });
    const secrets = Object.keys(made).length > 0 ? ["--secrets-file", file] : [];
    await show(["deploy", ...deployArguments(hosts), ...secrets], "The worker was not uploaded.");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(args: readonly string[], otherwise: string): Promise<void> {
  const { code } = await wrangler(args, { show: true });
  if (code !== 0) throw new Error(otherwise);
}

function printAddresses(hosts: Hosts, made: Secrets, are: string): void {
  const place = (name: string, address: string) => say(`   ${name.padEnd(11)}${are} ${address}`);
  if (hosts.shared !== undefined) {
    place("Everything", `https://${hosts.shared}: /console, /portal, /manage/v1, and APIs at all other paths.`);
    say("   A trial only: one origin for console, portal and APIs. Give each a host before others use it.");
  } else {
    place("Console", `https://${hosts.console}/`);
    place("Management", `https://${hosts.console}/manage/v1`);
    place("Portal", `https://${hosts.portal}/`);
    for (const host of hosts.gateway) place("Gateway", `https://${host}/`);
  }
  if (made.ADMIN_TOKEN !== undefined) say(`\n   Admin token, shown this once: ${made.ADMIN_TOKEN}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
