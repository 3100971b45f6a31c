import { changeHeaders, HeaderChanges } from "./header-changes.ts";
import { forward, onwardRequest } from "./onward-headers.ts";
import { definePolicy } from "./policy.ts";

/** Changes what the upstream is told, in static values. */
export const requestHeaders = definePolicy({
  type: "request-headers",
  summary: "Sets, adds or removes headers of requests on their way to the upstream.",
  config: HeaderChanges,
  create(config) {
    const named = [...Object.keys(config.set), ...Object.keys(config.add)];
    return async (request, call, next) => {
      const onward = onwardRequest(request, call);
      changeHeaders(onward.headers, config);
      forward(call, named);
      return next(onward, call);
    };
  },
});
