/**
 * Challenges: what a 401 must name (RFC 9110 §11.6.1). Authenticators that find no credential leave theirs here, so that
 * the policy which closes the door behind them can say how to authenticate, whichever authenticators stand in the list.
 */
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";

/** Kept beside the call, for no longer than the call: only calls without a credential ever have an entry. */
const challenges = new WeakMap<Call, string[]>();

/** Notes how the call could have authenticated, as one challenge of `WWW-Authenticate`. */
export function challenge(call: Call, scheme: string): void {
  const known = challenges.get(call) ?? [];
  if (!known.includes(scheme)) challenges.set(call, [...known, scheme]);
}

/** The refusal of a call that proved nothing about who makes it. */
export function credentialMissing(call: Call): Problem {
  const known = challenges.get(call) ?? [`Bearer realm="${call.match.api.slug}"`];
  return new Problem("credential-missing", {
    detail: `${call.match.api.name} needs a credential, and the request carries none. Send the key of an application.`,
    headers: { "WWW-Authenticate": known.join(", ") },
  });
}
