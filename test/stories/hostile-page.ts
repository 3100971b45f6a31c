/** @module A page that an upstream serves with the worst in mind, and what became of it. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** How each attempt ended: `refused`, or what it won. */
export type Booty = Record<string, string>;

/**
 * Everything that a script can try against console, portal and management API. Runs in the browser and nowhere else: it uses
 * nothing from outside of itself.
 */
export async function attack(targets: { console: string; portal: string; management: string }): Promise<Booty> {
  const won: Booty = {};
  const attempt = async (name: string, what: () => unknown) => {
    won[name] = await Promise.race([
      Promise.resolve()
        .then(what)
        .then((value) => String(value))
        .catch(() => "refused"),
      new Promise<string>((done) => setTimeout(() => done("refused"), 4_000)),
    ]);
  };
  const read =
    (url: string, init: RequestInit = {}) =>
    () =>
      fetch(url, { credentials: "include", ...init }).then((answer) => answer.text());
  const form = (body: string): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  await attempt("cookie", () => (document.cookie.includes("__Host-gatehouse") ? document.cookie : "refused"));
  await attempt("cookie for our hosts", () => {
    // For its own host it may set what it likes; these two would reach ours.
    const before = document.cookie;
    document.cookie = "__Host-gatehouse-console=evil; Path=/; Secure; Domain=gate.localhost";
    document.cookie = "__Host-gatehouse-console=evil; Path=/console; Secure";
    return document.cookie === before ? "refused" : document.cookie;
  });
  await attempt("read console", read(`${targets.console}/w/default`));
  await attempt("read portal", read(`${targets.portal}/apis`));
  await attempt("read management", read(`${targets.management}/apis`));
  await attempt(
    "read management with a header",
    read(`${targets.management}/apis`, { headers: { authorization: "Bearer x" } }),
  );
  await attempt(
    "write management",
    read(`${targets.management}/products`, { ...form("{}"), headers: { "content-type": "application/json" } }),
  );
  await attempt("sign out", read(`${targets.console}/sign-out`, form("")));
  await attempt("sign out unseen", () =>
    fetch(`${targets.console}/sign-out`, { ...form(""), credentials: "include", mode: "no-cors" }).then((answer) =>
      answer.type === "opaque" ? "refused" : "read",
    ),
  );
  await attempt("sign in as somebody else", () =>
    fetch(`${targets.console}/sign-in`, { ...form("token=evil"), credentials: "include", mode: "no-cors" }).then(
      (answer) => (answer.type === "opaque" ? "refused" : "read"),
    ),
  );
  await attempt("frame", async () => {
    const frame = document.createElement("iframe");
    frame.src = `${targets.console}/w/default`;
    document.body.append(frame);
    await new Promise((done) => frame.addEventListener("load", done));
    return frame.contentDocument?.body.textContent ?? frame.contentWindow?.document.body.textContent ?? "refused";
  });
  await attempt("window", async () => {
    const opened = window.open(`${targets.console}/w/default`);
    await new Promise((done) => setTimeout(done, 1_500));
    if (opened === null || opened.closed) return "refused";
    const text = opened.document.body.textContent ?? "";
    return text.includes("Overview") ? text : "refused";
  });
  await attempt("storage", () => {
    localStorage.setItem("gatehouse", "evil");
    // On a host of its own this is its own storage; the console's is looked at from inside the console.
    return location.origin === new URL(targets.console).origin ? "written" : "refused";
  });
  await attempt("service worker", async () => {
    await navigator.serviceWorker.register("worker.js", { scope: "/" });
    return location.origin === new URL(targets.console).origin ? "registered" : "refused";
  });
  return won;
}

/** Answers with that page, a policy that wants its rights back, and headers that reach beyond the page. */
export function hostilePage(targets: Parameters<typeof attack>[0], status = 200) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-top-navigation",
      "access-control-allow-origin": "*",
      "service-worker-allowed": "/",
      "set-cookie": [
        "__Host-gatehouse-console=evil; Path=/; Secure; HttpOnly",
        "__Host-gatehouse-console=evil; Path=/; Secure; Domain=gate.localhost",
        "gatehouse-console=evil; Path=/; Domain=gate.localhost",
      ],
    });
    response.end(`<!doctype html><title>Hostile</title><body><p>Hostile</p>
      <form id="out" method="post" action="${targets.console}/sign-out"><button>A harmless button</button></form>
      <script>window.attempts = (${attack.toString()})(${JSON.stringify(targets)});</script>`);
  };
}

/** Tells the browser to forget its cookies: those of the whole site, if it is believed. */
export function hostileBroom(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html", "clear-site-data": '"cookies", "storage"' });
  response.end("<!doctype html><title>Broom</title>");
}

/** What a document may do at all, asked at once: where no script runs, nothing that waits ever ends. */
export function rightsOfDocument(): { readonly origin: string; readonly cookie: string; readonly storage: string } {
  const or = (read: () => unknown) => {
    try {
      return String(read());
    } catch {
      return "refused";
    }
  };
  return { origin: self.origin, cookie: or(() => document.cookie), storage: or(() => localStorage.length) };
}

/** A worker that would answer in the place of our pages, if they were in its scope. */
export function hostileWorker(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/javascript", "service-worker-allowed": "/" });
  response.end(`addEventListener("fetch", (event) => {
    if (/console|portal/.test(event.request.url)) event.respondWith(new Response("owned"));
  });`);
}
