/**
 * @module Admission: what the limiters of a call demanded, asked of the ledgers together, once.
 *
 * Warm and leased it costs no round trip. In an isolate that has not heard from the Beacon for long, the lease is asked for
 * speculatively, together with the signal: one wait for both.
 */
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { rateLimitField, rateLimitPolicyField, seconds, type LimitStanding } from "../model/rate-limit-fields.ts";
import { applicationBarred } from "../policies/application-barred.ts";
import { credentialRevoked } from "../policies/challenges.ts";
import type { Policy } from "../policies/policy.ts";
import { holdingOf, unlessLost } from "./holding.ts";
import type { Admission, Leases, LimitState } from "./leases.ts";

export function createAdmission(leases: Leases, wait: (ms: number) => Promise<void>): Policy {
  return async (request, call, next) => {
    const { demands } = call;
    call.demands = [];
    const asked = leases.admit(demands, (work) => call.waitUntil(work));
    const admission = asked instanceof Promise ? (await Promise.all([asked, call.moved]))[0] : asked;
    const standings = standingsOf(admission.limits);
    if (!admission.ok) throw refusal(admission, standings, call);
    if (call.moved !== null) call.undo.push(() => admission.giveBack());
    call.ungoverned ||= admission.ungoverned;
    const { held } = admission;
    if (held === null) return withFields(await next(request, call), standings);
    const holding = holdingOf(call, held, wait);
    call.holdings.push(holding);
    if (call.moved !== null) call.undo.push(() => holding.end(0));
    return withFields(await unlessLost(next(request, call), holding, call), standings);
  };
}

/** Limits under the names that callers see. Where two share one, both are told apart by whose they are. */
function standingsOf(limits: readonly LimitState[]): (LimitStanding & { readonly violated: boolean })[] {
  return limits.map((state) => ({
    limit: state.limit,
    remaining: state.remaining,
    resetMs: state.resetMs,
    violated: state.violated,
    partition: partitionOf(state.key),
    name: limits.some((other) => other !== state && other.limit.name === state.limit.name)
      ? `${ownerOf(state.key)}/${state.limit.name}`
      : state.limit.name,
  }));
}

/** What tells callers apart who do not share the limit: the hash behind the binding's id. Most limits have none. */
function partitionOf(key: string): string | null {
  const start = key.lastIndexOf("@");
  return start === -1 ? null : key.slice(start + 1, key.indexOf("/", start));
}

/** The binding's id, or `plan`: what stands before it, and the hash of an address behind it, are not for callers. */
function ownerOf(key: string): string {
  const owner = key.split("/").at(-2)?.split("@", 1)[0] ?? "";
  return owner.startsWith("sub_") ? "plan" : owner;
}

function refusal(
  admission: Admission,
  standings: readonly (LimitStanding & { violated: boolean })[],
  call: Call,
): Problem {
  if (admission.verdict?.kind === "revoked") return credentialRevoked(call);
  if (admission.verdict !== null) return applicationBarred(admission.verdict.kind === "unpaid");
  if (admission.unavailable) {
    return new Problem("limits-unavailable", {
      detail: "The call could not be counted in time, so it was not let through. Try again in a moment.",
      headers: { "Retry-After": "1" },
    });
  }
  const headers = { "RateLimit-Policy": rateLimitPolicyField(standings), RateLimit: rateLimitField(standings) };
  if (standings.some(({ violated, limit }) => violated && limit.algorithm === "credit")) {
    return new Problem("credit-exhausted", {
      detail: "What is left of the subscription's prepaid credit does not pay for this call. Buy more, then try again.",
      headers,
    });
  }
  const violated = standings.filter(({ violated }) => violated).map(({ name }) => name);
  const wait = Math.max(1, seconds(admission.retryMs));
  return new Problem("quota-exceeded", {
    detail: `${violated.length === 0 ? "A limit" : `“${violated.join("”, “")}”`} is used up. Try again in ${wait} s, or ask for a larger plan.`,
    headers: { "Retry-After": String(wait), ...headers },
    members: { "violated-policies": violated },
  });
}

function withFields(response: Response, standings: readonly LimitStanding[]): Response {
  if (standings.length === 0) return response;
  // A second admission inside (limiters that did not stand side by side) has already spoken: both are told.
  response.headers.append("RateLimit-Policy", rateLimitPolicyField(standings));
  response.headers.append("RateLimit", rateLimitField(standings));
  return response;
}

/** Marks a call's outcome on its response, for callers to quote. */
export function withCallId(response: Response, call: Pick<Call, "id">): Response {
  response.headers.set("Gatehouse-Call-Id", call.id);
  return response;
}
