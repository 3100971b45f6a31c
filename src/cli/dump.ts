/** @module `gatehouse dump`: a workspace as gatehouse.yaml with its documents beside it; applying that changes nothing. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin, type Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { toYaml } from "./render-plan.ts";
import type { Terminal } from "./terminal.ts";

const Dump = z.object({
  file: z.record(z.string(), z.unknown()),
  documents: z.record(z.string(), z.string()),
  notes: z.array(z.object({ resource: z.string(), message: z.string() })),
});

interface Options extends RemoteOptions {
  readonly out?: string;
  readonly force: boolean;
}

/** Writes the file and its documents below a folder; without one, the file alone to stdout. */
export async function dump(options: Options, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  const { workspace, out } = options;
  const dumped = await terminal.progress(`Reading ${login.server}`, async () =>
    parsed(await callManagement(login, { method: "GET", path: "/platform-file", workspace }), Dump, login),
  );
  for (const { resource, message } of dumped.notes) {
    terminal.tell(`${terminal.style("yellow", "note")}: ${resource}: ${message}`);
  }
  const yaml = toYaml(dumped.file);
  if (out === undefined) return { exitCode: 0, text: yaml, json: dumped };
  const written = await writeAll(login, out, yaml, dumped.documents, options, terminal);
  const text = `${written.length === 1 ? "One file" : `${written.length} files`} written below ${out}. Bring it back with: gatehouse apply ${path.join(out, "gatehouse.yaml")}`;
  return { exitCode: 0, text, json: { files: written, notes: dumped.notes } };
}

async function writeAll(
  login: Login,
  folder: string,
  yaml: string,
  documents: Readonly<Record<string, string>>,
  { workspace, force }: Options,
  terminal: Terminal,
): Promise<string[]> {
  const main = path.join(folder, "gatehouse.yaml");
  if (!force && (await isThere(main))) {
    throw failure(`${main} is there already.`, "Name another folder with --out, or write over it with --force.");
  }
  const written = [main];
  for (const [name, address] of Object.entries(documents)) {
    const target = path.join(folder, name);
    const { text } = await terminal.progress(name, () =>
      callManagement(login, { method: "GET", path: address, workspace, accept: "*/*" }),
    );
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    written.push(target);
  }
  // Last: whoever finds it finds all that it names.
  await mkdir(folder, { recursive: true });
  await writeFile(main, `${yaml}\n`);
  return written;
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
