/**
 * Changes to headers, as the policies `request-headers` and `response-headers` take them: what may be named, and how a
 * change is made. Values are static, but for the secrets that those of requests may name.
 */
import * as z from "zod";
import { parseSecretText, secretNames, SecretName } from "../model/secret.ts";

/** What concerns a connection, frames a message or is the gateway's own to say (RFC 9110 §7.6.1, RFC 9112 §6, RFC 7239). */
const reserved =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect|forwarded|x-forwarded-.*|via|cdn-loop|traceparent|cf-.*|gatehouse-.*)$/i;

const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "Write a header name, such as X-Source.")
  .refine(
    (name) => !reserved.test(name),
    "This header frames messages or is the gateway's own; leave it to the gateway.",
  );

const HeaderValue = z
  .string()
  .max(1_024)
  .regex(/^(?:[!-~](?:[ \t!-~]*[!-~])?)?$/, "Write printable ASCII without line breaks or outer spaces.");

const StaticValue = HeaderValue.refine(
  (value) => !value.includes("${"),
  "Values are static: ${…} would be sent as it stands.",
);

const SecretValue = HeaderValue.refine(
  (value) =>
    secretNames(value).every((name) => SecretName.safeParse(name).success) && !withoutSecrets(value).includes("${"),
  "Only secrets can be named, as ${secret:NAME} in capitals.",
);

const withoutSecrets = (value: string): string =>
  parseSecretText(value)
    .map((part) => ("text" in part ? part.text : ""))
    .join("");

const cookieHeader = /^(?:set-)?cookie$/i;
/** A cookie of the gateway's own pages, also in the disguise of one without a name (RFC 6265bis §5.7). */
const ownCookie = /(?:^|;)[\s=]*__host-gatehouse/i;

const headerValues = (value: z.ZodType<string>) =>
  z.record(HeaderName, value).superRefine((values, context) => {
    for (const [name, text] of Object.entries(values)) {
      if (!cookieHeader.test(name) || !ownCookie.test(text)) continue;
      const message = "Cookies named __Host-gatehouse… are the gateway's own; choose another name.";
      context.addIssue({ code: "custom", path: [name], message });
    }
  });

const headerChanges = (value: z.ZodType<string>, note: string) =>
  z
    .strictObject({
      remove: z.array(HeaderName).max(64).default([]).describe("Headers that are taken out, first."),
      set: headerValues(value).default({}).describe(`Headers that get this value in place of any other.${note}`),
      add: headerValues(value).default({}).describe(`Values that are added to what a header holds.${note}`),
    })
    .refine(({ remove, set, add }) => remove.length + Object.keys(set).length + Object.keys(add).length > 0, {
      message: "Name at least one header to remove, set or add.",
    });

export const HeaderChanges = headerChanges(StaticValue, "");
/** Of requests: what is sent on may hold secrets of the environment. */
export const SecretHeaderChanges = headerChanges(
  SecretValue,
  " `${secret:NAME}` stands for a secret of the environment.",
);
export type HeaderChanges = z.output<typeof HeaderChanges>;
export type SecretHeaderChanges = z.output<typeof SecretHeaderChanges>;

/** Changes `headers` in place: remove, then set, then add. */
export function changeHeaders(headers: Headers, { remove, set, add }: HeaderChanges): void {
  for (const name of remove) headers.delete(name);
  for (const [name, value] of Object.entries(set)) headers.set(name, value);
  for (const [name, value] of Object.entries(add)) headers.append(name, value);
}
