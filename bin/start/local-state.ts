/**
 * @module What `npm start` keeps beside the storage, in files that only this user can read: the secrets that it made, the
 * consumer key that it issued, and a lock, because two processes on one storage would each count alone.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

export interface LocalSecrets {
  readonly adminToken: string;
  readonly keySecret: string;
}

export interface ConsumerKey {
  /** The application that the key is for, as the file names it: `organization/application`. */
  readonly application: string;
  readonly key: string;
}

/** The state's secrets; made on its first start. */
export async function readSecrets(state: string): Promise<LocalSecrets> {
  const known = await readJson<LocalSecrets>(path.join(state, "secrets.json"));
  if (known !== undefined) return known;
  const made = { adminToken: randomBytes(24).toString("base64url"), keySecret: randomBytes(32).toString("base64url") };
  await writeJson(path.join(state, "secrets.json"), made);
  return made;
}

export function readConsumerKey(state: string): Promise<ConsumerKey | undefined> {
  return readJson<ConsumerKey>(path.join(state, "consumer-key.json"));
}

export function keepConsumerKey(state: string, key: ConsumerKey): Promise<void> {
  return writeJson(path.join(state, "consumer-key.json"), key);
}

/** Takes the state for this process and answers how to let it go; throws if another process that lives holds it. */
export async function lockState(state: string): Promise<() => Promise<void>> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const file = path.join(state, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(file, "utf8"));
    if (isAlive(holder)) {
      throw new Error(
        `Gatehouse already runs on this state (process ${holder}). Stop it, or choose another: npm start -- --state DIR`,
      );
    }
    await rm(file, { force: true });
  }
  throw new Error(`The state is being taken by another start. Try again, or remove ${file}.`);
}

/** Writes JSON that only this user can read. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}

async function readJson<Value>(file: string): Promise<Value | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Value);
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
