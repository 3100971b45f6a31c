/** @module `gatehouse keys`: what applications prove themselves with, listed, made and revoked. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readPages } from "./read-pages.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { readTime, showTime } from "./times.ts";

const Key = z.looseObject({
  id: z.string(),
  application: z.string(),
  name: z.string(),
  hint: z.string(),
  expiresAt: z.int().nullable(),
  revokedAt: z.int().nullable(),
});
const MadeKey = Key.extend({ key: z.string() });

/** Keys of the workspace or of one application, never the keys themselves. */
export async function listKeys(
  options: RemoteOptions & { readonly application?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const asked = options.application === undefined ? {} : { application: options.application };
  const keys = await readPages(login, "/keys", Key, options, asked);
  if (keys.length === 0) return { exitCode: 0, text: "There are no keys.", json: { items: [] } };
  const rows = keys.map((key) => [key.id, key.hint, key.name, key.application, stateOf(key)]);
  return {
    exitCode: 0,
    text: renderTable(["ID", "BEGINS WITH", "NAME", "APPLICATION", "STATE"], rows, terminal),
    json: { items: keys },
  };
}

/** Makes a key and prints it, this once. */
export async function createKey(
  application: string,
  options: RemoteOptions & { readonly environment: string; readonly name?: string; readonly expires?: string },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const { environment, name, expires } = options;
  const body = {
    environment,
    ...(name === undefined ? {} : { name }),
    ...(expires === undefined ? {} : { expiresAt: readTime("expires", expires) }),
  };
  const path = `/applications/${encodeURIComponent(application)}/keys`;
  const made = parsed(
    await callManagement(login, { method: "POST", path, body, workspace: options.workspace }),
    MadeKey,
    login,
  );
  terminal.tell(`Key ${made.id} of ${application}. It is shown this once:`);
  return { exitCode: 0, text: made.key, json: made };
}

/** Ends a key, everywhere in about 5 s, 10 s at worst. */
export async function revokeKey(id: string, options: RemoteOptions, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  const path = `/keys/${encodeURIComponent(id)}`;
  const answer = await terminal.progress(`Revoking ${id}`, () =>
    callManagement(login, { method: "DELETE", path, workspace: options.workspace }),
  );
  const key = parsed(answer, Key, login);
  const text = `Key ${key.id} (${key.hint}) is revoked; it ends everywhere in about 5 s, 10 s at worst.`;
  return { exitCode: 0, text, json: key };
}

function stateOf({ expiresAt, revokedAt }: z.output<typeof Key>): string {
  if (revokedAt !== null) return `revoked ${showTime(revokedAt)}`;
  return expiresAt === null ? "usable" : `${expiresAt <= Date.now() ? "ended" : "until"} ${showTime(expiresAt)}`;
}
