/**
 * Challenges: what a 401 must name (RFC 9110 §11.6.1). Authenticators that find no credential leave theirs here, so that
 * the policy which closes the door behind them can say how to authenticate, whichever authenticators stand in the list.
 */
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";

/** Notes how the call could have authenticated, as one challenge of `WWW-Authenticate`. */
export function challenge(call: Call, scheme: string): void {
  if (!call.challenges.includes(scheme)) call.challenges.push(scheme);
}

/** The refusal of a call whose credential was revoked since it was found to count. */
export function credentialRevoked({ match }: Call): Problem {
  return new Problem("credential-invalid", {
    detail: "The credential has been revoked. Call with another one of the application's, or ask for one.",
    headers: { "WWW-Authenticate": `Bearer realm="${match.api.slug}", error="invalid_token"` },
  });
}

/** The refusal of a call that proved nothing about who makes it. */
export function credentialMissing(call: Call): Problem {
  const known = call.challenges.length > 0 ? call.challenges : [`Bearer realm="${call.match.api.slug}"`];
  return new Problem("credential-missing", {
    detail: `${call.match.api.name} needs a credential, and the request carries none. Send the key of an application.`,
    headers: { "WWW-Authenticate": known.join(", ") },
  });
}
