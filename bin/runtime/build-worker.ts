/**
 * @module Builds the worker with wrangler's own bundling (`wrangler deploy --dry-run`): the bytes are those that a deploy
 * would upload. A build is kept under `.gatehouse/build/<hash of its sources>`, so that a second start, a second test file
 * or the benchmark finds it ready; several processes that ask at once build once.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { V4WorkerOptionsShape } from "miniflare";
import { inCheckout, offlineEnvironment, root } from "./checkout.ts";
import { wrangler } from "./wrangler.ts";

export interface BuiltWorker {
  /** Absolute folder with `worker.js` (or the entry's name), other modules, `metafile.json` and `bindings.json`. */
  readonly directory: string;
  /** The main module's file name in `directory`. */
  readonly mainModule: string;
  readonly hash: string;
  /** False when an earlier build of the same sources was used. */
  readonly fresh: boolean;
  /** What wrangler.toml declares, as Miniflare's worker options, without a script and without secrets. */
  readonly bindings: V4WorkerOptionsShape;
}

type Vars = Exclude<V4WorkerOptionsShape["bindings"], undefined>;

const sources = ["src", "schema", "wrangler.toml", "tsconfig.json", "package-lock.json"];
const buildsKept = 12;
const lockStaleMs = 120_000;

/**
 * The build of what stands in the checkout now; made if it is missing. `entry` (relative to the root) bundles another main
 * module that imports the shipped one, as the benchmark's counting entry does; its top folder counts among the sources.
 * `config` names another wrangler.toml.
 */
export async function buildWorker(entry = "src/worker.ts", config = "wrangler.toml"): Promise<BuiltWorker> {
  const mainModule = `${path.basename(entry).replace(/\.tsx?$/, "")}.js`;
  const hash = await hashSources(entry, config);
  const directory = inCheckout(".gatehouse", "build", hash);
  const fresh = !existsSync(directory);
  if (fresh) {
    await withLock(`${directory}.lock`, async () => {
      if (existsSync(directory)) return;
      const draft = `${directory}.${process.pid}`;
      await bundle(entry, config, draft);
      await writeFile(path.join(draft, "bindings.json"), JSON.stringify(await readBindings(config)));
      await rename(draft, directory);
      await removeOldBuilds();
    });
  }
  const bindings = JSON.parse(await readFile(path.join(directory, "bindings.json"), "utf8")) as V4WorkerOptionsShape;
  return { directory, mainModule, hash, fresh, bindings };
}

async function bundle(entry: string, config: string, outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true });
  const options = ["--dry-run", "--outdir", outdir, "--metafile", path.join(outdir, "metafile.json")];
  const { code, stdout, stderr } = await wrangler(["deploy", entry, "--config", config, ...options]);
  if (code === 0) return;
  await rm(outdir, { recursive: true, force: true });
  throw new Error(`The worker does not build (wrangler ended with ${code}).\n${`${stdout}${stderr}`.trim()}`);
}

/** Reads the file by wrangler's own reader. Vars come from it alone: `.dev.vars` belongs to `wrangler dev`. */
async function readBindings(config: string): Promise<V4WorkerOptionsShape> {
  Object.assign(process.env, offlineEnvironment, { WRANGLER_LOG: "error" });
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import("wrangler");
  const configPath = inCheckout(config);
  const options = unstable_getMiniflareWorkerOptions(configPath).workerOptions;
  const { name, vars } = unstable_readConfig({ config: configPath });
  const { modulesRules: _, ...declared } = options;
  return { ...(declared as V4WorkerOptionsShape), name: name ?? "gatehouse", bindings: vars as Vars };
}

async function hashSources(entry: string, config: string): Promise<string> {
  const own = entry.startsWith("src/") ? [] : [config, entry.split("/")[0] ?? ""];
  const files = (await Promise.all([...sources, ...own].map(listFiles))).flat().sort();
  const hash = createHash("sha256").update(entry);
  for (const file of files) hash.update(file).update(await readFile(inCheckout(file)));
  return hash.digest("hex").slice(0, 20);
}

async function listFiles(name: string): Promise<string[]> {
  const found = await stat(inCheckout(name)).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [name];
  const entries = await readdir(inCheckout(name), { withFileTypes: true, recursive: true });
  return entries.filter((e) => e.isFile()).map((e) => path.relative(root, path.join(e.parentPath, e.name)));
}

/** Runs `work` while this process alone holds the file; a lock left by a process that died is taken over. */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  while (!(await tryLock(file))) {
    const held = await stat(file).catch(() => undefined);
    if (held !== undefined && Date.now() - held.mtimeMs > lockStaleMs) await rm(file, { force: true });
    await wait(100);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeOldBuilds(): Promise<void> {
  const folder = inCheckout(".gatehouse", "build");
  const entries = await readdir(folder, { withFileTypes: true });
  const builds = await Promise.all(
    entries
      .filter((e) => e.isDirectory() && /^[0-9a-f]{20}$/.test(e.name))
      .map(async (e) => ({ name: e.name, at: (await stat(path.join(folder, e.name))).mtimeMs })),
  );
  const old = builds.sort((a, b) => b.at - a.at).slice(buildsKept);
  await Promise.all(old.map((build) => rm(path.join(folder, build.name), { recursive: true, force: true })));
}
