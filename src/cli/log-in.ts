/** @module `gatehouse login` and `logout`: keep a token for a server, so that no command needs it again. */
import type { CommandResult } from "./command.ts";
import { failure, readFailure } from "./failure.ts";
import { baseOf } from "./login.ts";
import { callManagement } from "./management.ts";
import { loginsFile, readSaved, writeSaved } from "./saved-logins.ts";
import type { Terminal } from "./terminal.ts";

/** Reads the token from standard input, tries it, and keeps it. */
export async function logIn(server: string, _options: object, terminal: Terminal): Promise<CommandResult> {
  const base = baseOf(server);
  const token = (await terminal.readSecret(`Token for ${base}`)).trim();
  if (token === "") throw failure("There is no token on standard input.", "Paste it when asked, or pipe it in.");
  await tryToken(base, token);
  const saved = await readSaved(process.env);
  await writeSaved(process.env, { server: base, tokens: { ...saved.tokens, [base]: token } });
  return {
    exitCode: 0,
    text: `Logged in to ${base}. The token is kept in ${loginsFile(process.env)}, for you alone to read.`,
    json: { server: base },
  };
}

/** Throws unless the server knows the token. What it may not read does not matter: that is told by 403, to whom it knows. */
async function tryToken(server: string, token: string): Promise<void> {
  try {
    await callManagement({ server, token }, { method: "GET", path: "/settings" });
  } catch (thrown) {
    if (!readFailure(thrown).next.includes("(scope-missing)")) throw thrown;
  }
}

export async function logOut(options: { readonly server?: string }): Promise<CommandResult> {
  const saved = await readSaved(process.env);
  const base = options.server === undefined ? saved.server : baseOf(options.server);
  if (base === null || saved.tokens[base] === undefined) {
    throw failure("You are not logged in there.", "Name the server with --server, as gatehouse login had it.");
  }
  const { [base]: gone, ...tokens } = saved.tokens;
  void gone;
  await writeSaved(process.env, { server: saved.server === base ? null : saved.server, tokens });
  return {
    exitCode: 0,
    text: `Logged out of ${base}. The token itself still counts: revoke it if it was lost.`,
    json: { server: base },
  };
}
