/** @module What a request says about when, and how often, its change may be made. */
import type { HonoRequest } from "hono";
import type { Once } from "../actions/idempotency.ts";
import { Problem } from "../model/problem.ts";
import { contentHash } from "../model/program.ts";
import { canonicalJson } from "../model/revision.ts";
import { mayNeedIfMatch, takesIdempotencyKey, type Route } from "./route.ts";

export const idempotencyHeader = "Idempotency-Key";

/**
 * The edition that a change expects: of `If-Match`, or 0 for `If-None-Match: *`, what is not there yet. Undefined without
 * either, and for `If-Match: *`, which asks for none in particular. Weak tags never match (RFC 9110 §13.1.1), and what is no
 * tag of ours can match nothing.
 */
export function expectedVersion(request: HonoRequest): number | undefined {
  if (request.header("If-None-Match")?.trim() === "*") return 0;
  const ifMatch = request.header("If-Match");
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const edition = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (edition !== undefined) return Number(edition);
  throw new Problem("version-conflict", {
    detail: `If-Match ${ifMatch.slice(0, 60)} is no ETag of this resource. Send the one ETag that you got, quotes and all.`,
  });
}

/** Throws `precondition-required` (RFC 6585 §3) where the workspace wants to know what its callers saw. */
export function refuseBlind(request: HonoRequest, route: Route): void {
  const said = request.header("If-Match") ?? request.header("If-None-Match");
  if (said !== undefined || !mayNeedIfMatch(route)) return;
  throw new Problem("precondition-required", {
    detail:
      "This workspace takes changes only with If-Match. Read the resource and send its ETag; for something new, send If-None-Match: *.",
  });
}

/** The key under which a change is made once; undefined without one, and where being asked twice changes nothing. */
export async function onceOf(request: HonoRequest, route: Route, input: unknown): Promise<Once | undefined> {
  const header = request.header(idempotencyHeader);
  if (header === undefined || !takesIdempotencyKey(route)) return undefined;
  // A string of structured fields has quotes (RFC 9651 §3.3.3); many callers leave them out.
  const key = /^"([ !#-[\]-~]{1,255})"$|^([!#-~]{1,255})$/.exec(header.trim());
  if (key === null) {
    throw new Problem("request-malformed", {
      detail: `${idempotencyHeader} holds 1 to 255 printable ASCII characters, such as a UUID in quotes.`,
    });
  }
  const asked = canonicalJson([route.method, route.path, input ?? null]);
  return { key: key[1] ?? key[2] ?? "", fingerprint: await contentHash(asked) };
}
