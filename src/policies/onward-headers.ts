/**
 * Headers that end at this gateway: noted on the call, and left out wherever headers are copied on the way to the upstream.
 * To make a copy only for that would cost each call as much as all of its look-ups.
 */
import type { Call } from "../model/call.ts";

/** A copy of a request's headers that may be changed, less those that end here. */
export function onwardHeaders(headers: Headers, call: Call): Headers {
  const onward = new Headers(headers);
  for (const name of call.unforwarded) onward.delete(name);
  return onward;
}

/** A copy of the request as far as the upstream will see it, with headers that may be changed. */
export function onwardRequest(request: Request, call: Call): Request {
  return new Request(request, { headers: onwardHeaders(request.headers, call) });
}

/** These headers hold what a policy has put there: the upstream's to see, whatever the caller used the names for. */
export function forward(call: Call, names: readonly string[]): void {
  const ours = new Set(names.map((name) => name.toLowerCase()));
  call.unforwarded = call.unforwarded.filter((name) => !ours.has(name));
}

/** These headers of the caller's end here. */
export function withhold(call: Call, names: readonly string[]): void {
  call.unforwarded = [...call.unforwarded, ...names.map((name) => name.toLowerCase())];
}
