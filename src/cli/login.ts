/**
 * @module Which server, and by which token: flags, then environment, then what `npm start` left in .gatehouse/local.json, then what
 * `gatehouse login` keeps.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { failure } from "./failure.ts";
import { readSaved } from "./saved-logins.ts";

export interface Login {
  /** Base of the management API, without a closing slash: https://…/manage/v1. */
  readonly server: string;
  readonly token: string;
}

const Local = z.object({ management: z.string(), adminToken: z.string() });

/** Throws a failure that says how to log in. A token from the local file is never sent to another server. */
export async function readLogin(options: { server?: string; token?: string }, env = process.env): Promise<Login> {
  const server = options.server ?? env.GATEHOUSE_SERVER;
  const token = options.token ?? env.GATEHOUSE_TOKEN;
  const local = server === undefined || token === undefined ? await readLocal() : null;
  const saved = server === undefined || token === undefined ? await readSaved(env) : null;
  const chosen = server ?? local?.management ?? saved?.server ?? undefined;
  if (chosen === undefined) {
    throw failure(
      "No server is named, and no local one is running.",
      "Run npm start, log in with gatehouse login https://console.example.com, or name one with --server (or GATEHOUSE_SERVER).",
    );
  }
  const base = baseOf(chosen);
  const isLocal = local !== null && baseOf(local.management) === base;
  const key = token ?? (isLocal ? local.adminToken : saved?.tokens[base]);
  if (key === undefined || key === "") {
    throw failure(
      `There is no token for ${base}.`,
      `Log in with gatehouse login ${base}, or give one in GATEHOUSE_TOKEN.`,
    );
  }
  return { server: base, token: key };
}

/** Base of the management API at an address. Throws a failure for what is none. */
export function baseOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw failure(`“${server}” is not an address.`, "Write it in full, such as https://console.example.com.");
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  return base.endsWith("/manage/v1") ? base : `${base}/manage/v1`;
}

/** From the working folder upwards, as far as the first that has one. */
async function readLocal(): Promise<z.output<typeof Local> | null> {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    try {
      const text = await readFile(path.join(folder, ".gatehouse", "local.json"), "utf8");
      const parsed = Local.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : null;
    } catch {
      if (folder === path.dirname(folder)) return null;
    }
  }
}
