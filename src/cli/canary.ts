/** @module `gatehouse canary`: a new revision for some callers, then for all or for none. */
import * as z from "zod";
import type { CommandResult, RemoteOptions } from "./command.ts";
import { failure } from "./failure.ts";
import { readLogin } from "./login.ts";
import { callManagement, parsed } from "./management.ts";
import { versionPath } from "./version-address.ts";

const Canary = z.looseObject({ number: z.int(), stable: z.int(), percent: z.number(), running: z.boolean() });
const Publication = z.looseObject({ number: z.int() });

type Options = RemoteOptions & { readonly environment: string };
const live = "everywhere in about 5 s, 10 s at worst";

export async function startCanary(
  version: string,
  options: Options & { readonly percent: string },
): Promise<CommandResult> {
  return share("POST", version, options);
}

export async function setCanary(
  version: string,
  options: Options & { readonly percent: string },
): Promise<CommandResult> {
  return share("PATCH", version, options);
}

async function share(
  method: "POST" | "PATCH",
  version: string,
  { percent, environment, ...options }: Options & { readonly percent: string },
): Promise<CommandResult> {
  if (!/^\d+(\.\d{1,2})?$/.test(percent)) {
    throw failure(`--percent ${percent} is no share.`, "Write per cent, such as 10 or 0.5.");
  }
  const login = await readLogin(options);
  const body = { environment, percent: Number(percent) };
  const path = `${versionPath(version)}/canary`;
  const canary = parsed(
    await callManagement(login, { method, path, body, workspace: options.workspace }),
    Canary,
    login,
  );
  const text = `Revision ${canary.number} of ${version} serves ${canary.percent} % of callers in ${environment}, ${live}; all others get revision ${canary.stable}.`;
  return { exitCode: 0, text, json: canary };
}

export async function promoteCanary(version: string, { environment, ...options }: Options): Promise<CommandResult> {
  const login = await readLogin(options);
  const request = { method: "POST", path: `${versionPath(version)}/canary/promote`, body: { environment } } as const;
  const answer = parsed(await callManagement(login, { ...request, workspace: options.workspace }), Publication, login);
  const text = `Revision ${answer.number} of ${version} serves all callers in ${environment}, ${live}.`;
  return { exitCode: 0, text, json: answer };
}

export async function abortCanary(version: string, { environment, ...options }: Options): Promise<CommandResult> {
  const login = await readLogin(options);
  const request = { method: "POST", path: `${versionPath(version)}/canary/abort`, body: { environment } } as const;
  const canary = parsed(await callManagement(login, { ...request, workspace: options.workspace }), Canary, login);
  const text = `The canary is aborted: all callers of ${version} get revision ${canary.stable} in ${environment}, ${live}.`;
  return { exitCode: 0, text, json: canary };
}
