import { changeHeaders, HeaderChanges } from "./header-changes.ts";
import { definePolicy } from "./policy.ts";

/** Changes what callers are told, refusals of inner policies included. */
export const responseHeaders = definePolicy({
  type: "response-headers",
  summary: "Sets, adds or removes headers of responses on their way to the caller.",
  config: HeaderChanges,
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
