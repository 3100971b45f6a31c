import * as z from "zod";
import { authenticate, type Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { applicationBarred } from "./application-barred.ts";
import { challenge } from "./challenges.ts";
import { definePolicy } from "./policy.ts";
import type { Services } from "./services.ts";
import { takeHeaders } from "./taken-headers.ts";

const KeyLocation = z.discriminatedUnion("in", [
  z.strictObject({
    in: z.literal("header").describe("In a header of its own."),
    name: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, "Write a header name, such as X-Api-Key.")
      .refine((name) => name.toLowerCase() !== "authorization", "Use { in: bearer } for the Authorization header.")
      .refine((name) => name.toLowerCase() !== "cookie", "A cookie holds more than a key; choose another header.")
      .describe("Name of the header."),
  }),
  z.strictObject({ in: z.literal("bearer").describe("In Authorization, after the word Bearer (RFC 6750 §2.1).") }),
  z.strictObject({
    in: z.literal("query").describe("In the query. Addresses end up in logs: prefer a header."),
    name: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, "Write a parameter name, such as api_key.")
      .describe("Name of the query parameter."),
  }),
]);
type KeyLocation = z.output<typeof KeyLocation>;

/** Recognises the keys that consumers get in the portal; what is found and does not count is refused here, at once. */
export const requireKey = definePolicy({
  type: "require-key",
  summary: "Recognises applications by their API key, and takes the key out of the request.",
  config: z.strictObject({
    locations: z
      .array(KeyLocation)
      .min(1)
      .max(8)
      .default([{ in: "header", name: "X-Api-Key" }, { in: "bearer" }])
      .describe("Where keys are looked for, in this order; the first that holds one decides."),
  }),
  role: "authenticator",
  create({ locations }, services) {
    return async (request, call, next) => {
      const keys = locations.map((location) => findKey(request, location));
      const key = keys.find((found) => found !== null) ?? null;
      if (key === null) {
        for (const location of locations) challenge(call, schemeOf(location, call));
        return next(request, call);
      }
      const onward = takeKeys(request, call, locations, keys);
      // An authenticator before this one has decided; the key is taken out all the same, it is not the upstream's.
      if (call.principal !== null) return next(onward, call);
      await identify(key, call, locations, services);
      const decided = locations[keys.indexOf(key)];
      const response = await next(onward, call);
      if (decided?.in === "header") varyBy(decided.name, response.headers);
      return response;
    };
  },
});

/** To the end, whatever follows: two keys in one header are no key that counts, but they are nobody else's either. */
const bearer = /^bearer +(gh_live_.*?) *$/i;

/** A bearer token of another shape is not ours: it is left to other authenticators, and to the upstream. */
function findKey(request: Request, location: KeyLocation): string | null {
  if (location.in === "header") return request.headers.get(location.name) || null;
  if (location.in === "bearer") return bearer.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
  if (!request.url.includes("?")) return null;
  return new URL(request.url).searchParams.getAll(location.name).find((value) => value !== "") ?? null;
}

/** Why a key does not count is for its owner to see in the portal: a caller is told one and the same in every case. */
async function identify(key: string, call: Call, locations: readonly KeyLocation[], services: Services): Promise<void> {
  const { workspace, environment } = call.match;
  const record = await services.directory.credential(key, call);
  const counts =
    record !== null &&
    !record.revoked &&
    (record.expiresAt === null || record.expiresAt > services.now()) &&
    record.workspace === workspace &&
    record.environment === environment;
  const application = counts ? await services.directory.application(record.application, call) : null;
  if (!counts || application?.workspace !== workspace) throw credentialInvalid(call, locations);
  if (application.suspended) {
    throw applicationBarred(application.unpaid);
  }
  authenticate(call, {
    by: "require-key",
    workspace,
    organization: application.organization,
    application: application.id,
    credential: record.id,
  });
}

function credentialInvalid(call: Call, locations: readonly KeyLocation[]): Problem {
  const schemes = locations.map((location) =>
    // RFC 6750 §3.1 has a word for it; other schemes do not.
    location.in === "bearer" ? `${schemeOf(location, call)}, error="invalid_token"` : schemeOf(location, call),
  );
  return new Problem("credential-invalid", {
    detail:
      "The key does not count here. Check that it was copied whole, has neither expired nor been revoked, and was made for this environment.",
    headers: { "WWW-Authenticate": schemes.join(", ") },
  });
}

function schemeOf(location: KeyLocation, call: Call): string {
  const realm = `realm="${call.match.api.slug}"`;
  return location.in === "bearer" ? `Bearer ${realm}` : `ApiKey ${realm}, in="${location.in}", name="${location.name}"`;
}

/** Everything but `private` and `no-store` a shared cache may keep, in some case or other (RFC 9111 §3). */
const unshared = /(?:^|[\s,])(?:private|no-store)\s*(?:,|$)/i;

/**
 * Shared caches between us and callers keep answers apart by `Authorization` of themselves (RFC 9111 §3.5), and by a key in
 * the address; by a header of another name only if they are told to.
 */
function varyBy(name: string, headers: Headers): void {
  if (unshared.test(headers.get("cache-control") ?? "")) return;
  const named = (headers.get("vary") ?? "").split(",").map((one) => one.trim().toLowerCase());
  if (!named.includes("*") && !named.includes(name.toLowerCase())) headers.append("vary", name);
}

/** Takes every key, of however many, `keys` as they were found at `locations`: upstreams must not learn what callers prove themselves with. */
function takeKeys(
  request: Request,
  call: Call,
  locations: readonly KeyLocation[],
  keys: readonly (string | null)[],
): Request {
  const names: string[] = [];
  const parameters: string[] = [];
  locations.forEach((location, index) => {
    if (location.in === "query") parameters.push(location.name);
    else if (location.in === "header") names.push(location.name);
    else if (keys[index] !== null) names.push("authorization");
  });
  takeHeaders(call, names);
  if (parameters.length === 0) return request;
  const url = parameters.reduce(withoutParameter, request.url);
  return url === request.url ? request : new Request(url, request);
}

/** Takes a parameter out and leaves every other byte of the query as it came: URLSearchParams would write it anew. */
function withoutParameter(url: string, name: string): string {
  const [address, query] = split(url, "?");
  const kept = query.split("&").filter((pair) => decoded(split(pair, "=")[0]) !== name);
  return kept.length === 0 ? address : `${address}?${kept.join("&")}`;
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** As URLSearchParams reads a name, so that what was found is what is taken out. */
function decoded(name: string): string | null {
  return new URLSearchParams(`${name}=`).keys().next().value ?? null;
}
