import { changeHeaders, HeaderChanges } from "./header-changes.ts";
import { definePolicy } from "./policy.ts";

/** Changes what the upstream is told, in static values. */
export const requestHeaders = definePolicy({
  type: "request-headers",
  summary: "Sets, adds or removes headers of requests on their way to the upstream.",
  config: HeaderChanges,
  create(config) {
    return async (request, call, next) => {
      const headers = new Headers(request.headers);
      changeHeaders(headers, config);
      return next(new Request(request, { headers }), call);
    };
  },
});
