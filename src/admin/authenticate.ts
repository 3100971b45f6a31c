import type { Actor } from "../actions/context.ts";
import { findHolder } from "../identity/index.ts";
import { hashSecret, timingSafeEqual } from "../model/credential.ts";
import { Problem } from "../model/problem.ts";
import type { AdminPorts } from "./ports.ts";

/** Longer is no token of ours: it is refused without hashing it. */
const tokenCharactersMax = 512;

/** Who sent the request, by its bearer token (RFC 6750). Throws the 401 that says what to send. */
export async function authenticate(
  authorization: string | undefined,
  ports: Pick<AdminPorts, "adminToken" | "directory">,
): Promise<Actor> {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) {
    throw new Problem("token-missing", {
      detail: "This call needs an admin token. Send it as “Authorization: Bearer <token>”.",
      headers: { "WWW-Authenticate": challenge() },
    });
  }
  const actor = token.length > tokenCharactersMax ? null : await holderOf(await hashSecret(token), ports);
  if (actor === null) {
    throw new Problem("token-invalid", {
      detail: "The admin token is not valid. Check that all of it was copied, or ask for a new one.",
      headers: { "WWW-Authenticate": challenge(`error="invalid_token"`) },
    });
  }
  return actor;
}

/**
 * Who holds the token of this hash: the first admin token's holder, or one who was given a token here. Hashes are compared,
 * so that not even the length of the first admin token shows in the time it takes.
 */
export async function holderOf(
  hash: string,
  ports: Pick<AdminPorts, "adminToken" | "directory">,
): Promise<Actor | null> {
  if (timingSafeEqual(hash, await hashSecret(ports.adminToken))) {
    return { kind: "token", id: "admin", workspace: null, scopes: ["*"] };
  }
  return findHolder(ports.directory, hash);
}

/** A `WWW-Authenticate` of this API. */
export function challenge(...parameters: readonly string[]): string {
  return `Bearer ${[`realm="Gatehouse management"`, ...parameters].join(", ")}`;
}
