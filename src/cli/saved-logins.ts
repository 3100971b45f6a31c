/** @module Logins that `gatehouse login` keeps: a file of the user's own, which nobody else may read. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import * as z from "zod";

const Saved = z.object({
  /** The one that is meant where none is named. */
  server: z.string().nullable(),
  tokens: z.record(z.string(), z.string()),
});
export type Saved = z.output<typeof Saved>;

/** `$XDG_CONFIG_HOME/gatehouse/logins.json`, or the same below ~/.config. */
export function loginsFile(env: NodeJS.ProcessEnv): string {
  const folder = env.XDG_CONFIG_HOME ?? path.join(env.HOME ?? homedir(), ".config");
  return path.join(folder, "gatehouse", "logins.json");
}

/** What is kept; nothing, where there is no file or none that this build reads. */
export async function readSaved(env: NodeJS.ProcessEnv): Promise<Saved> {
  try {
    return Saved.parse(JSON.parse(await readFile(loginsFile(env), "utf8")));
  } catch {
    return { server: null, tokens: {} };
  }
}

export async function writeSaved(env: NodeJS.ProcessEnv, saved: Saved): Promise<void> {
  const file = loginsFile(env);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
  // A file that was there keeps the mode it had.
  await chmod(file, 0o600);
}
