/**
 * Whose calls a limit counts together: one part of a call, or several at once. It says which ledger counts them, and what
 * tells their limits apart within it.
 */
import * as z from "zod";
import type { Call } from "../model/call.ts";
import type { LedgerName } from "../model/ledger/name.ts";
import { recent } from "../model/recent.ts";
import { whenThere, type Warm } from "../model/warm.ts";
import { clientOf } from "./client-address.ts";
import { headerOf } from "./taken-headers.ts";

/**
 * Ledgers that share callers whom nobody knows out among them. Each has limits of its own in one of them; the number only
 * spreads the load, so that a flood of addresses meets many objects and a quiet service few.
 */
const crowds = 1_024;

const Part = z.union([
  z.enum(["application", "subscription", "organization", "credential", "api", "operation", "address"]),
  z.strictObject({
    header: z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "Use the name of a header, such as X-Tenant.")
      .describe("Name of a request header whose values are counted apart; calls without it are counted together."),
  }),
]);
type Part = z.output<typeof Part>;

export const CountedBy = z.union([Part, z.array(Part).min(1).max(4)]);
export type CountedBy = z.output<typeof CountedBy>;

const partsOf = (by: CountedBy): readonly Part[] => (Array.isArray(by) ? by : [by]);

const identities: readonly Part[] = ["application", "subscription", "organization", "credential"];

/** Whether callers are told apart by nothing but what changes hands, or what they can make up. */
export function isFleeting(by: CountedBy): boolean {
  const parts = partsOf(by);
  return (
    parts.some((part) => typeof part !== "string" || part === "address") &&
    !parts.some((part) => identities.includes(part))
  );
}

/** A ledger, and what names the caller's own limits in it: the empty string, or `@` and 16 hexadecimal digits. */
export type Counted = Pick<LedgerName, "subject" | "id"> & { readonly suffix: string };

const hashes = recent<string>(2_000);

/** The first 64 bits of the SHA-256. It bounds the length and keeps callers apart; it hides nothing that can be guessed. */
function hashOf(text: string): Warm<string> {
  const remembered = hashes.get(text);
  if (remembered !== undefined) return remembered;
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then((digest) => {
    const hash = new DataView(digest).getBigUint64(0).toString(16).padStart(16, "0");
    hashes.set(text, hash);
    return hash;
  });
}

/** Made once for a configuration. */
export function counting(by: CountedBy): (request: Request, call: Call) => Warm<Counted> {
  const parts = partsOf(by);
  const has = (part: Part): boolean => parts.includes(part);
  const isOfOrganization = has("organization");
  const isOfApplication = has("application") || has("subscription") || has("credential");
  const isOfApi = parts.every((part) => part === "api" || part === "operation");
  return (request, call) => {
    const { principal } = call;
    // Whoever is not known is told apart by address.
    const text = (): string =>
      JSON.stringify(parts.map((part) => valueOf(part, request, call) ?? `address ${clientOf(call.clientAddress)}`));
    if (principal !== null && isOfOrganization) {
      return within({ subject: "org", id: principal.organization }, parts, "organization", text);
    }
    if (principal !== null && isOfApplication) {
      return within({ subject: "app", id: principal.application }, parts, "application", text);
    }
    if (isOfApi) return within({ subject: "api", id: call.match.api.id }, parts, "api", text);
    // Which crowd is the caller's own affair: the hash is spread evenly.
    return whenThere(hashOf(text()), (hash): Counted => ({
      subject: "crowd",
      id: String(Number.parseInt(hash.slice(0, 4), 16) % crowds),
      suffix: `@${hash}`,
    }));
  };
}

/** In a ledger whose subject is `own`: where nothing else tells callers apart, the limit needs no name of its own. */
function within(ledger: Omit<Counted, "suffix">, parts: readonly Part[], own: Part, text: () => string): Warm<Counted> {
  if (parts.length === 1 && parts[0] === own) return { ...ledger, suffix: "" };
  return whenThere(hashOf(text()), (hash) => ({ ...ledger, suffix: `@${hash}` }));
}

/** Null: there is none, so the address stands in. */
function valueOf(part: Part, request: Request, call: Call): string | null {
  const { principal, subscription, match } = call;
  if (typeof part !== "string")
    return `header ${part.header.toLowerCase()}=${headerOf(request, call, part.header) ?? ""}`;
  switch (part) {
    case "application":
      return principal && `application ${principal.application}`;
    case "organization":
      return principal && `organization ${principal.organization}`;
    case "credential":
      return principal && `credential ${principal.credential}`;
    case "subscription":
      // Without a subscription all calls of the application are counted together.
      return principal && `subscription ${subscription?.id ?? principal.application}`;
    case "api":
      return `api ${match.api.id}`;
    case "operation":
      return `operation ${match.api.id} ${match.operation}`;
    case "address":
      return `address ${clientOf(call.clientAddress)}`;
  }
}
