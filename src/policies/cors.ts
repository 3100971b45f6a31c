import { cors as honoCors } from "hono/cors";
import * as z from "zod";
import { fromHono } from "./from-hono.ts";
import { definePolicy, type Handler, type Policy } from "./policy.ts";

/** What every caller needs to read to behave well; browsers hide headers that are not exposed by name. */
const alwaysExposed = [
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Gatehouse-Version",
  "Deprecation",
  "Sunset",
  "Link",
];

const token = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "Write a header name, such as X-Page.");

const Origin = z
  .string()
  .max(300)
  .regex(
    /^(?:\*|[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?[a-z0-9.:[\]-]+)$/,
    "Write *, or an origin in lower case without a path: https://shop.example or https://*.shop.example.",
  );

const CorsConfig = z
  .strictObject({
    origins: z
      .array(Origin)
      .min(1)
      .max(100)
      .default(["*"])
      .describe("Origins whose pages may read answers; * is any, https://*.shop.example any host below shop.example."),
    methods: z
      .array(z.string().regex(/^[A-Z]+$/, "Write methods in capitals, such as GET."))
      .min(1)
      .default(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
      .describe("Methods that pages may use."),
    requestHeaders: z
      .array(token)
      .max(100)
      .default([])
      .describe("Request headers that pages may send; an empty list allows whatever the browser asks for."),
    exposedHeaders: z
      .array(token)
      .max(100)
      .default([])
      .describe(`Response headers that pages may read, besides ${alwaysExposed.slice(0, -1).join(", ")} and Link.`),
    credentials: z.boolean().default(false).describe("Whether browsers may send cookies. Needs origins by name."),
    maxAgeSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(600)
      .describe("How long a browser may keep a preflight's answer."),
  })
  .refine((config) => !config.credentials || !config.origins.includes("*"), {
    message: "Name the origins: browsers refuse credentials together with any origin (*).",
    path: ["origins"],
  });
type CorsConfig = z.output<typeof CorsConfig>;

/**
 * Cross-origin resource sharing (Fetch standard, CORS protocol). Stands before authentication: a preflight carries no
 * credential, and refusals need the headers too, or pages could not read why.
 */
export const cors = definePolicy({
  type: "cors",
  summary: "Lets pages of other origins call the API from a browser, and answers their preflights.",
  config: CorsConfig,
  create(config) {
    const policy = fromHono(
      honoCors({
        origin: originOf(config),
        allowMethods: config.methods,
        allowHeaders: config.requestHeaders,
        exposeHeaders: [...alwaysExposed, ...config.exposedHeaders],
        credentials: config.credentials,
        maxAge: config.maxAgeSeconds,
      }),
    );
    return (request, call, next) => {
      // A preflight is answered whatever else it asks for: its route is that of another method.
      if (!call.preflight && isHandshake(request)) return next(request, call);
      return shown(policy)(request, call, withoutOwnCors(next));
    };
  },
});

/** Its answer may carry a socket, which would be lost with a rebuilt response (RFC 6455 §4.2.1: without regard to case). */
function isHandshake({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Hono answers every OPTIONS request itself. One that is no preflight is an ordinary call to an operation of the API:
 * the middleware is shown a GET in its place, and the call goes on as it came.
 */
function shown(policy: Policy): Policy {
  return (request, call, next) =>
    request.method !== "OPTIONS" || call.preflight
      ? policy(request, call, next)
      : policy(new Request(request.url, { headers: request.headers }), call, () => next(request, call));
}

/** This policy alone says who may read: what the upstream says about it would allow origins that are not listed. */
function withoutOwnCors(next: Handler): Handler {
  return async (request, call) => {
    const response = await next(request, call);
    const own = [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
    if (own.length === 0) return response;
    const clean = new Response(response.body, response);
    for (const name of own) clean.headers.delete(name);
    return clean;
  };
}

function originOf({ origins }: CorsConfig): "*" | ((origin: string) => string | null) {
  if (origins.includes("*")) return "*";
  const exact = new Set(origins.filter((origin) => !origin.includes("*")));
  const below = origins.filter((origin) => origin.includes("*")).map((origin) => origin.split("*"));
  return (origin) => {
    const allowed =
      exact.has(origin) ||
      below.some(
        ([start = "", end = ""]) =>
          origin.startsWith(start) &&
          origin.endsWith(end) &&
          /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(origin.slice(start.length, -end.length)),
      );
    return allowed ? origin : null;
  };
}
