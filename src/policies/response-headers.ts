import { changeHeaders, HeaderChanges } from "./header-changes.ts";
import { definePolicy } from "./policy.ts";

/** Lets a script of the API control more of its host than its own paths: on a host that is shared, pages of others. */
const serviceWorkers = "service-worker-allowed";

const ResponseHeaderChanges = HeaderChanges.superRefine((changes, context) => {
  for (const field of ["set", "add"] as const) {
    for (const name of Object.keys(changes[field])) {
      if (name.toLowerCase() !== serviceWorkers) continue;
      const message = "An API must not widen what service workers control; leave this header out.";
      context.addIssue({ code: "custom", path: [field, name], message });
    }
  }
});

/** Changes what callers are told, refusals of inner policies included. */
export const responseHeaders = definePolicy({
  type: "response-headers",
  summary: "Sets, adds or removes headers of responses on their way to the caller.",
  config: ResponseHeaderChanges,
  create(config) {
    return async (request, call, next) => {
      const response = await next(request, call);
      // Rebuilding the answer to a WebSocket handshake would drop the socket.
      if (response.status === 101) return response;
      const changed = new Response(response.body, response);
      changeHeaders(changed.headers, config);
      return changed;
    };
  },
});
