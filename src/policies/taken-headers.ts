/**
 * Credentials that policies have taken out of a request. They are noted on the call instead of being cut out of a copy, which
 * would cost as much as all look-ups of a call together; to whoever comes behind they are gone all the same.
 */
import type { Call } from "../model/call.ts";

/** Takes these headers of the caller's: they end here. */
export function takeHeaders(call: Call, names: readonly string[]): void {
  call.taken = [...call.taken, ...names.map((name) => name.toLowerCase())];
}

/** A header of the request, if no policy has taken it. */
export function headerOf({ headers }: Request, call: Call, name: string): string | null {
  return call.taken.includes(name.toLowerCase()) ? null : headers.get(name);
}

/** The request without what was taken: for policies that look at all of its headers. */
export function withoutTaken(request: Request, call: Call): Request {
  if (call.taken.length === 0) return request;
  const copy = new Request(request);
  for (const name of call.taken) copy.headers.delete(name);
  return copy;
}

/** The headers as the upstream will see them, in a copy that may be changed. */
export function onwardHeaders(headers: Headers, call: Call): Headers {
  const onward = new Headers(headers);
  for (const name of call.unforwarded) onward.delete(name);
  for (const name of call.taken) onward.delete(name);
  return onward;
}

/**
 * The request with these headers, made of `onwardHeaders`. Those named are sent on from here, because a policy has set them:
 * whatever the caller used the names for, they are no longer among what ends here.
 */
export function sendHeaders(request: Request, call: Call, headers: Headers, named: readonly string[]): Request {
  const ours = new Set(named.map((name) => name.toLowerCase()));
  call.unforwarded = call.unforwarded.filter((name) => !ours.has(name));
  call.taken = call.taken.filter((name) => !ours.has(name));
  return new Request(request, { headers });
}
