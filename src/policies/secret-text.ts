/** Texts of a configuration that name secrets, filled for each call. */
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { parseSecretText } from "../model/secret.ts";
import type { Services } from "./services.ts";

/** What a header can hold (RFC 9110 §5.5), ASCII alone. */
const headerValue = /^[\t -~]*$/;

/** Fills a text of a header with the secrets that it names. Rejects to refuse. */
export function secretText(text: string, services: Services): (call: Call) => Promise<string> {
  const parts = parseSecretText(text);
  return async (call) => {
    const filled = parts.map(async (part) =>
      "text" in part ? part.text : services.directory.secret(part.secret, call),
    );
    return inHeader(await Promise.all(filled));
  };
}

/** The header in one piece. What it holds is never told, not even to the log. */
function inHeader(parts: readonly string[]): string {
  const value = parts.join("");
  if (headerValue.test(value)) return value;
  throw new Problem("secret-unavailable", {
    detail: "The gateway is not set up to call this API at the moment. Only the API's operator can mend that.",
    cause: "a secret in a header holds line breaks or other characters than printable ASCII",
  });
}
