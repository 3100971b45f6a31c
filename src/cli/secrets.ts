/** @module `gatehouse secrets`: set from standard input, bound to hosts, listed by name. No command ever prints a value. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { readPages } from "./read-pages.ts";
import { renderTable } from "./render-table.ts";
import type { Terminal } from "./terminal.ts";
import { showTime } from "./times.ts";

const Secret = z.looseObject({ name: z.string(), hosts: z.array(z.string()), setAt: z.int() });
type Secret = z.output<typeof Secret>;
const Resealed = z.object({ keyId: z.string(), resealed: z.int(), remaining: z.int() });

type Options = RemoteOptions & { readonly environment: string };

const live = "calls use it everywhere in about 5 s, 10 s at worst";

function pathOf(environment: string, name?: string): string {
  const list = `/environments/${encodeURIComponent(environment)}/secrets`;
  return name === undefined ? list : `${list}/${encodeURIComponent(name)}`;
}

export async function listSecrets(options: Options, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  const secrets = await readPages(login, pathOf(options.environment), Secret, options);
  const json = { items: secrets };
  if (secrets.length === 0) return { exitCode: 0, text: `There are no secrets in ${options.environment}.`, json };
  const rows = secrets.map(({ name, hosts, setAt }) => [name, showTime(setAt), hosts.join(" ") || "nowhere"]);
  return { exitCode: 0, text: renderTable(["NAME", "SET", "MAY BE SENT TO"], rows, terminal), json };
}

/** Reads the value from standard input, where neither the shell's history nor a list of processes shows it. */
export async function setSecret(
  name: string,
  options: Options & { readonly host?: readonly string[] },
  terminal: Terminal,
): Promise<CommandResult> {
  const login = await readLogin(options);
  const { environment, workspace, host } = options;
  const value = await terminal.readSecret(`Value of ${name}`);
  if (value === "") {
    throw failure("There is no value on standard input.", `Pipe it in: gatehouse secrets set ${name} < value.txt`);
  }
  const path = pathOf(environment, name);
  let secret = parsed(await callManagement(login, { method: "PUT", path, body: { value }, workspace }), Secret, login);
  if (host !== undefined) secret = await bind(name, host, options);
  const where = secret.hosts.length === 0 ? `It is sent nowhere yet: gatehouse secrets bind ${name} <host>` : "";
  const text = [`${name} is set in ${environment}; ${live}.`, where].filter((line) => line !== "").join("\n");
  return { exitCode: 0, text, json: secret };
}

export async function bindSecret(name: string, hosts: readonly string[], options: Options): Promise<CommandResult> {
  const secret = await bind(name, hosts, options);
  const where = secret.hosts.length === 0 ? "nowhere" : `to ${secret.hosts.join(", ")} alone`;
  return { exitCode: 0, text: `${name} may be sent ${where}.`, json: secret };
}

async function bind(name: string, hosts: readonly string[], options: Options): Promise<Secret> {
  const login = await readLogin(options);
  const path = `${pathOf(options.environment, name)}/hosts`;
  const { workspace } = options;
  return parsed(await callManagement(login, { method: "PUT", path, body: { hosts }, workspace }), Secret, login);
}

export async function deleteSecret(name: string, options: Options): Promise<CommandResult> {
  const { environment, workspace } = options;
  await callManagement(await readLogin(options), { method: "DELETE", path: pathOf(environment, name), workspace });
  return { exitCode: 0, text: `${name} is deleted from ${environment}.`, json: { name, environment } };
}

/** Until nothing is sealed by another key any more. */
export async function resealSecrets(options: RemoteOptions, terminal: Terminal): Promise<CommandResult> {
  const login = await readLogin(options);
  let resealed = 0;
  for (;;) {
    const answer = await terminal.progress("Sealing secrets anew", () =>
      callManagement(login, { method: "POST", path: "/platform/secrets/reseal" }),
    );
    const run = parsed(answer, Resealed, login);
    resealed += run.resealed;
    if (run.remaining > 0) continue;
    const text = `All secrets are sealed by key ${run.keyId} (${resealed} anew). The keys behind it can be taken out.`;
    return { exitCode: 0, text, json: { keyId: run.keyId, resealed } };
  }
}
