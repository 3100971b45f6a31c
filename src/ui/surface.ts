/**
 * @module Surface: what portal and console have in common as HTTP servers: security headers on every answer, assets, and the
 * guard of unsafe requests. Each stands on an origin without proxied bytes, or, on one host, beside sandboxed ones.
 */
import type { Context, Hono, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { assets } from "./site.ts";

const none = "'none'";
const self = "'self'";

/** No script but our own files, no style attribute, no frame, no form to elsewhere, no referrer to elsewhere. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: [none],
    styleSrc: [self],
    scriptSrc: [self],
    imgSrc: [self, "data:"],
    connectSrc: [self],
    formAction: [self],
    frameAncestors: [none],
    baseUri: [none],
  },
  // `no-referrer` would make browsers send `Origin: null` with our own forms.
  referrerPolicy: "same-origin",
  strictTransportSecurity: "max-age=31536000",
  xFrameOptions: "DENY",
  xXssProtection: false,
  crossOriginOpenerPolicy: "same-origin",
  crossOriginResourcePolicy: "same-origin",
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
});

/** Installs headers and assets on an app, before its pages. `cacheControl` is that of the pages. */
export function furnish(app: Hono, cacheControl: string): void {
  app.use(headers);
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has("cache-control")) c.header("Cache-Control", cacheControl);
  });
  app.get("/assets/:name", serveAsset);
}

function serveAsset(c: Context): Response | Promise<Response> {
  const name = c.req.param("name");
  const found = assets.find((each) => each.name === name);
  if (found === undefined) return c.notFound();
  return c.body(found.body, 200, {
    "Content-Type": found.type,
    "Cache-Control": "public, max-age=31536000, immutable",
  });
}

/**
 * Whether an unsafe request comes from a page of this very origin: `Sec-Fetch-Site` says so, or, from a browser without it,
 * `Origin` is the request's own. Proxied pages on the same host are sandboxed: their origin is opaque, so both fail.
 */
export function isOwnRequest(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  return request.headers.get("origin") === new URL(request.url).origin;
}

/** Refuses every unsafe request from elsewhere with 403, before anything is read. */
export function guardUnsafe(refuse: (c: Context) => Response | Promise<Response>): MiddlewareHandler {
  return async (c, next) => (isOwnRequest(c.req.raw) ? await next() : await refuse(c));
}
