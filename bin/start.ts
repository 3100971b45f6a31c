/**
 * @module `npm start`: builds the worker, runs it under workerd with everything that it needs, applies a workspace file, and
 * says where it all is. Ctrl-C ends everything that it started; the next start keeps its data.
 */
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { LoadedFile } from "../src/cli/load-file.ts";
import type { Login } from "../src/cli/login.ts";
import { openTerminal } from "../src/cli/terminal.ts";
import { startBookshop } from "../examples/bookshop/server.ts";
import { buildWorker } from "./runtime/build-worker.ts";
import { inCheckout } from "./runtime/checkout.ts";
import { runWorker } from "./runtime/run-worker.ts";
import * as example from "./start/apply-example.ts";
import { describeFacts, explainMove, greet, type LocalFacts } from "./start/greeting.ts";
import { keepConsumerKey, lockState, readConsumerKey, readSecrets, writeJson } from "./start/local-state.ts";
import { readOptions, type StartOptions, usage } from "./start/options.ts";

let stopping = false;
/** What was started, in order; ended in the opposite order. */
const started: (() => Promise<void>)[] = [];
const factsFile = inCheckout(".gatehouse", "local.json");

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else await runUntilStopped(options);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}

async function runUntilStopped(options: StartOptions): Promise<void> {
  // Ctrl-C reaches npm, the bootstrap and this process, each of which passes it on: the first one counts.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
  process.on("disconnect", () => void stop(0));
  const facts = await start(options);
  process.stdout.write(options.json ? `${JSON.stringify(facts)}\n` : greet(facts));
}

async function start(options: StartOptions): Promise<LocalFacts> {
  const { port, state, json } = options;
  const terminal = openTerminal(json);
  await requireFreePort(port);
  started.push(await lockState(state));
  const secrets = await readSecrets(state);

  const shop = await startBookshop(8790);
  started.push(() => shop.stop());
  const read = await step("Reading the workspace file", () => example.readFile(options.config, terminal));
  const loaded = example.moveDemo(read, shop.host);

  const built = await step("Building the worker", () => buildWorker());
  const running = await step("Starting it", () =>
    runWorker({
      built,
      state,
      ports: [port],
      vars: {
        ADMIN_HOST: "console.localhost",
        PORTAL_HOST: "portal.localhost",
        PORTAL_ORIGIN: describeFacts(port, "", "").portal,
        UPSTREAM_PRIVATE: [...new Set([shop.host, ...example.loopbackTargets(loaded)])].join(","),
        ADMIN_TOKEN: secrets.adminToken,
        KEY_SECRET: secrets.keySecret,
      },
      onLog: ({ level, message }) => void process.stderr.write(`${level === "log" ? "" : `${level}: `}${message}\n`),
    }),
  );
  started.push(() => running.stop());

  const login = { server: describeFacts(port, "", "").management, token: secrets.adminToken };
  await step("Applying the workspace file", () => example.applyLoaded(login, loaded, terminal));
  const { demoHost } = example;
  if (shop.host !== demoHost && example.loopbackTargets(read).includes(demoHost)) {
    process.stderr.write(explainMove(options.config, demoHost, shop.host));
  }
  const consumerKey = await findKey(state, loaded, login);
  const facts = describeFacts(port, secrets.adminToken, consumerKey);
  await writeJson(factsFile, facts);
  return facts;
}

/** The key of an earlier start if it was for the same application, else a new one. */
async function findKey(state: string, loaded: LoadedFile, login: Login): Promise<string> {
  const application = example.sampleApplication(loaded);
  if (application === undefined) return "";
  const known = await readConsumerKey(state);
  if (known?.application === application) return known.key;
  const [environment = "production"] = Object.keys(loaded.file.environments);
  const key = await example.issueKey(login, { workspace: loaded.file.workspace, application, environment });
  await keepConsumerKey(state, { application, key });
  return key;
}

/** Says what is being done and how long it took; on stderr, so that `--json` leaves one line on stdout. */
async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  process.stderr.write(`${name} …`);
  const from = performance.now();
  const result = await work();
  process.stderr.write(` ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  return result;
}

async function requireFreePort(port: number): Promise<void> {
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
  if (code === "EADDRINUSE") {
    throw new Error(`Port ${port} is taken by another program. Choose another one: npm start -- --port ${port + 1}`);
  }
  if (code === "EACCES") throw new Error(`Port ${port} needs rights that this user lacks. Choose one above 1023.`);
  if (code !== undefined) throw new Error(`Port ${port} cannot be opened: ${code}.`);
}

/** Ends what was started; if something hangs, ends without it. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const ended = (async () => {
    for (const end of started.toReversed()) await end().catch(() => undefined);
  })();
  await Promise.race([ended, wait(5_000)]);
  process.exit(code);
}
