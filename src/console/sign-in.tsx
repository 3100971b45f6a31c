import type { Context as HonoContext, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Actor } from "../actions/context.ts";
import { endSession, isSessionEnded } from "../identity/index.ts";
import type { Link } from "../ui/site.ts";
import type { ConsolePorts } from "./ports.ts";
import { dropCookie, pastedTokenHash, readSession, startSession } from "./session.ts";
import { show } from "./show.ts";
import { SignInPage } from "./sign-in-page.tsx";

/** The same sentence for a token that is unknown, revoked, ended or no token at all. */
const wrongToken = "This token opens nothing here. Paste all of it again, or ask for a new one";
const formBytesMax = 8_192;

/** Who is signed in, asked anew of the registry; null without a session, or when it or its token no longer counts. */
export async function holderOf(c: HonoContext, ports: ConsolePorts): Promise<Actor | null> {
  const session = await readSession(c, ports.sessions, ports.now());
  const actor = session === null ? null : await ports.actorOf(session.tokenHash);
  if (session === null || actor === null) return null;
  return (await isSessionEnded(await ports.context(c.req.raw, actor, ""), session.id)) ? null : actor;
}

/** Ends the session for every copy of its cookie. One whose token counts no more has ended already. */
async function signOut(c: HonoContext, ports: ConsolePorts): Promise<void> {
  dropCookie(c);
  const session = await readSession(c, ports.sessions, ports.now());
  const actor = session === null ? null : await ports.actorOf(session.tokenHash);
  if (session !== null && actor !== null) await endSession(await ports.context(c.req.raw, actor, ""), session);
}

/** To the form, and from there back to where one wanted to go. */
export function toSignIn(c: HonoContext, ports: ConsolePorts, root: Link): Response {
  dropCookie(c);
  const { pathname, search } = new URL(c.req.url);
  const wanted = pathname.slice(ports.basePath.length) + search;
  const query = c.req.method !== "GET" || wanted === "/" || wanted === "" ? "" : `?next=${encodeURIComponent(wanted)}`;
  return c.redirect(root("/sign-in") + query, 303);
}

/** The form, what comes of it, and the way out. */
export function installSignIn(app: Hono, ports: ConsolePorts, root: Link): void {
  app.get("/sign-in", async (c) => {
    if ((await holderOf(c, ports)) !== null) return c.redirect(root("/"), 303);
    return show(c, <SignInPage link={root} next={localPath(c.req.query("next"))} />);
  });
  const refused = (c: HonoContext, next: `/${string}`) =>
    show(c, <SignInPage link={root} next={next} error={wrongToken} />, 403);
  app.post("/sign-in", bodyLimit({ maxSize: formBytesMax, onError: (c) => refused(c, "/") }), async (c) => {
    const form = await c.req.parseBody();
    const next = localPath(form["next"]);
    const hash = await pastedTokenHash(form["token"]);
    if (hash === null || (await ports.actorOf(hash)) === null) return refused(c, next);
    await startSession(c, hash, ports.sessions, ports.now());
    return c.redirect(root(next), 303);
  });
  app.post("/sign-out", async (c) => {
    await signOut(c, ports);
    return c.redirect(root("/sign-in"), 303);
  });
}

/** A path of this console and nothing else: `//host` and backslashes would lead away. */
function localPath(wanted: unknown): `/${string}` {
  return typeof wanted === "string" && /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) ? (wanted as `/${string}`) : "/";
}
