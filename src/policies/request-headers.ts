import type { Call } from "../model/call.ts";
import { secretNames } from "../model/secret.ts";
import { changeHeaders, SecretHeaderChanges } from "./header-changes.ts";
import { definePolicy } from "./policy.ts";
import { secretText } from "./secret-text.ts";
import type { Services } from "./services.ts";
import { onwardHeaders, sendHeaders } from "./taken-headers.ts";

type Values = SecretHeaderChanges["set"];

/** Changes what the upstream is told: static values, and secrets of the environment. */
export const requestHeaders = definePolicy({
  type: "request-headers",
  summary: "Sets, adds or removes headers of requests on their way to the upstream; values may hold secrets.",
  config: SecretHeaderChanges,
  secrets: true,
  create(config, services) {
    const named = [...Object.keys(config.set), ...Object.keys(config.add)];
    const [set, add] = [filler(config.set, services), filler(config.add, services)];
    return async (request, call, next) => {
      const headers = onwardHeaders(request.headers, call);
      changeHeaders(headers, { remove: config.remove, set: await set(call), add: await add(call) });
      return next(sendHeaders(request, call, headers, named), call);
    };
  },
});

/** Values with the secrets that they name. Those without any are the same for every call. */
function filler(values: Values, services: Services): (call: Call) => Values | Promise<Values> {
  if (Object.values(values).every((value) => secretNames(value).length === 0)) return () => values;
  const texts = Object.entries(values).map(([name, value]) => [name, secretText(value, services)] as const);
  return async (call) => {
    const filled = texts.map(async ([name, fill]) => [name, await fill(call)] as const);
    return Object.fromEntries(await Promise.all(filled));
  };
}
