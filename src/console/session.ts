/**
 * @module Session: who is signed in to the console. A sealed cookie holds an id, the hash of an admin token and an end; every
 * request asks the registry again who holds that token, so that a revoked token ends its sessions at once, and whether the
 * session was signed out: a copy of its cookie must not outlive that.
 */
import type { Context as HonoContext } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { hashSecret } from "../model/credential.ts";
import type { Sealer } from "../model/seal.ts";

const cookie = "gatehouse-console";
/** Longer than 20 hours, so that nobody is thrown out of what they are doing (WCAG 2.2.1); the token may end earlier. */
const lifetimeMs = 24 * 3_600_000;

/** `__Host-`: of this host alone, over a secure channel, for all its paths. Strict: never sent with a foreign link. */
const attributes = { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;

export interface Session {
  /** Tells it from others of the same token. */
  readonly id: string;
  readonly tokenHash: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

/** Signs in with a token that was found good. */
export async function startSession(c: HonoContext, tokenHash: string, sealer: Sealer, now: number): Promise<void> {
  setCookie(c, cookie, await sealer.seal(`${crypto.randomUUID()} ${tokenHash} ${now + lifetimeMs}`), attributes);
}

/** Takes the cookie from this browser. That no copy of it counts is identity's to remember. */
export function dropCookie(c: HonoContext): void {
  deleteCookie(c, cookie, attributes);
}

/** What the request's cookie holds; null without a session that is whole and not over. It may have been signed out. */
export async function readSession(c: HonoContext, sealer: Sealer, now: number): Promise<Session | null> {
  const sealed = getCookie(c, cookie, "host");
  const text = sealed === undefined ? null : await sealer.open(sealed);
  if (text === null) return null;
  const [id = "", tokenHash = "", end] = text.split(" ");
  const endsAt = Number(end);
  return endsAt > now ? { id, tokenHash, endsAt } : null;
}

/** The hash by which the registry knows a pasted token; null for what cannot be one. */
export async function pastedTokenHash(pasted: unknown): Promise<string | null> {
  if (typeof pasted !== "string") return null;
  const token = pasted.trim();
  return token === "" || token.length > 512 ? null : hashSecret(token);
}
