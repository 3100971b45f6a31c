/**
 * @module The catalogue of policies: every type that a policy list may name. Adding one is a file, a line here and a test.
 * Loads in Node too, where the CLI checks configurations offline.
 */
import type { PolicyEntry } from "../model/policy-entry.ts";
import { expandSets, type PolicySets } from "../model/policy-set.ts";
import { findSecrets } from "../model/secret.ts";
import { cache } from "./cache.ts";
import { callCost } from "./call-cost.ts";
import { cors } from "./cors.ts";
import { ipRestriction } from "./ip-restriction.ts";
import { planLimits } from "./plan-limits.ts";
import type { PolicyDefinition } from "./policy.ts";
import { rateLimit } from "./rate-limit.ts";
import { requestHeaders } from "./request-headers.ts";
import { requestSize } from "./request-size.ts";
import { requireKey } from "./require-key.ts";
import { requirePrincipal } from "./require-principal.ts";
import { requireSubscription } from "./require-subscription.ts";
import { responseHeaders } from "./response-headers.ts";

export const policies = {
  cache,
  "call-cost": callCost,
  cors,
  "ip-restriction": ipRestriction,
  "plan-limits": planLimits,
  "rate-limit": rateLimit,
  "request-headers": requestHeaders,
  "request-size": requestSize,
  "require-key": requireKey,
  "require-principal": requirePrincipal,
  "require-subscription": requireSubscription,
  "response-headers": responseHeaders,
} as const satisfies Record<string, PolicyDefinition>;

export type PolicyType = keyof typeof policies;

/** Whether any of these entries says who is calling: without one, a product's API refuses everybody. */
export function identifiesCallers(entries: readonly PolicyEntry[], sets: PolicySets): boolean {
  return expandSets(entries, sets).some(({ entry }) => entry.enabled && policyOf(entry.type)?.role === "authenticator");
}

/** The secrets that a list's policies name, each with its place below `pointer`. */
export function secretsIn(entries: readonly PolicyEntry[], pointer: string): { name: string; pointer: string }[] {
  return entries.flatMap(({ type, config }, index) =>
    policyOf(type)?.secrets === true ? findSecrets(config, `${pointer}/${index}/config`) : [],
  );
}

/** The same with those of the sets that it names, at the places where it names them. */
export function secretsWithin(
  entries: readonly PolicyEntry[],
  sets: PolicySets,
  pointer: string,
): { name: string; pointer: string }[] {
  const ofSets = expandSets(entries, sets).flatMap(({ entry, index, isOfSet }) =>
    isOfSet ? secretsIn([entry], "").map(({ name }) => ({ name, pointer: `${pointer}/${index}` })) : [],
  );
  return [...secretsIn(entries, pointer), ...ofSets];
}

/** The definition of a type, or undefined if there is none of that name. */
export function policyOf(type: string): PolicyDefinition | undefined {
  return Object.hasOwn(policies, type) ? policies[type as PolicyType] : undefined;
}
