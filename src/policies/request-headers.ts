import { changeHeaders, HeaderChanges } from "./header-changes.ts";
import { definePolicy } from "./policy.ts";
import { onwardHeaders, sendHeaders } from "./taken-headers.ts";

/** Changes what the upstream is told, in static values. */
export const requestHeaders = definePolicy({
  type: "request-headers",
  summary: "Sets, adds or removes headers of requests on their way to the upstream.",
  config: HeaderChanges,
  create(config) {
    const named = [...Object.keys(config.set), ...Object.keys(config.add)];
    return async (request, call, next) => {
      const headers = onwardHeaders(request.headers, call);
      changeHeaders(headers, config);
      return next(sendHeaders(request, call, headers, named), call);
    };
  },
});
