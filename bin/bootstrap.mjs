/**
 * @module Lets every npm script work straight after `git clone`, on whatever Node npm itself runs on (20 or later): installs
 * what package-lock.json asks for if it is not there, then runs the named script on the Node that the project pins, which
 * takes TypeScript as it is. Plain JavaScript without dependencies: nothing else may be assumed before it has run.
 *
 *   node bin/bootstrap.mjs <script> [arguments…]
 *
 * Its own words go to stderr, so that a script's stdout stays its own.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const inRoot = (...parts) => path.join(root, ...parts);
const pinnedNode = inRoot("node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const progressMs = 10_000;
/** No usage reports, no update check, no look-up of `request.cf`: nothing but a deploy needs the network. */
const offline = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

/** True when what is installed is what the lock file says, by npm's own record of it. */
function isInstalled() {
  const installed = readPackages("node_modules/.package-lock.json");
  if (installed === undefined || !existsSync(pinnedNode)) return false;
  return Object.entries(readPackages("package-lock.json") ?? {}).every(([name, wanted]) => {
    if (name === "") return true;
    // Optional packages are for other platforms when they are absent.
    return installed[name] === undefined ? wanted.optional === true : installed[name].version === wanted.version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  const release = await lock(inRoot(".gatehouse", "install.lock"));
  try {
    if (isInstalled()) return;
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    process.stderr.write("Installing dependencies (once; it may take a minute or two) …\n");
    const ticker = setInterval(() => process.stderr.write(`  still installing, ${seconds()} s\n`), progressMs);
    const npm = process.env.npm_execpath;
    const [command, ...first] = npm === undefined ? ["npm"] : [process.execPath, npm];
    const quiet = ["--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier"];
    const ended = await run(command, [...first, "ci", "--include=dev", ...quiet], ["ignore", 2, 2]);
    clearInterval(ticker);
    if (ended !== 0) fail(`npm ci ended with ${ended}. Check the connection to the npm registry, then try again.`);
    if (!existsSync(pinnedNode)) {
      fail(
        "The pinned Node is not there: its install script did not run. Is `ignore-scripts` set? Unset it, then try again.",
      );
    }
    process.stderr.write(`Installed in ${seconds()} s.\n`);
  } finally {
    release();
  }
}

/** Waits until no other process installs here; a lock whose process is gone does not count. */
async function lock(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (holderIsGone(file)) rmSync(file, { force: true });
    await wait(200);
  }
}

function holderIsGone(file) {
  try {
    const holder = readFileSync(file, "utf8");
    // Empty: made this instant, not yet written.
    return holder !== "" && !isAlive(Number(holder));
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * Runs a command and answers its exit code. Signals are the child's to answer: it gets those that only this process got,
 * and this process stays until the child has gone.
 */
function run(command, args, stdio) {
  const PATH = `${inRoot("node_modules", ".bin")}${path.delimiter}${process.env.PATH ?? ""}`;
  const env = { ...process.env, ...offline, PATH };
  const child = spawn(command, args, { cwd: root, env, stdio });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("error", (error) => fail(`Cannot run ${command}: ${error.message}`));
    child.on("exit", (code, signal) => resolve(code ?? `signal ${signal}`));
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("Usage: node bin/bootstrap.mjs <script> [arguments…]");
if (!isInstalled()) await install();
// The channel tells our own scripts when this process dies without a word: they end what they started.
const stdio = script.endsWith(".ts") ? ["inherit", "inherit", "inherit", "ipc"] : "inherit";
const ended = await run(pinnedNode, [path.resolve(root, script), ...args], stdio);
process.exit(typeof ended === "number" ? ended : 1);
