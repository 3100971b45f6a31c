/**
 * Keys: where a response is kept. Hashes, so that a store learns neither addresses nor identities.
 */
import type { Call } from "../../model/call.ts";
import type { Binding } from "../policy.ts";
import type { CacheConfig } from "./config.ts";

/** Whose copy it is: everybody's, or one consumer's. */
export type Scope = "shared" | "consumer";

/** The first entry of a URI in one scope; it also says how the URI's variants are told apart. */
export type PrimaryKeys = (request: Request, call: Call, scope: Scope) => Promise<string>;

export function primaryKeys(config: CacheConfig, binding: Binding): PrimaryKeys {
  // With another config, what was kept under this one is not found any more.
  const about = [binding.key, JSON.stringify(config)];
  return (request, call, scope) => {
    const { workspace, environment, api, version, revision } = call.match;
    const [url] = request.url.split("#", 1);
    const whose = scope === "shared" ? null : identityOf(request, call);
    return digest(["entry", workspace, environment, api.id, version.id, revision, ...about, url, whose]);
  };
}

export function variantKey(primary: string, generation: string, hash: string): Promise<string> {
  return digest(["variant", primary, generation, hash]);
}

/** A hash of the values that the selecting headers have in this request (RFC 9111 §4.1). */
export async function variantHash(names: readonly string[], headers: Headers): Promise<string> {
  return names.length === 0 ? "" : digest(["values", ...names.map((name) => normalised(name, headers.get(name)))]);
}

/**
 * All that an upstream can tell consumers apart by: the application, and what else identifies a caller. So a session
 * cookie or a token that passes through never shares a copy, even if the upstream forgets to vary by it.
 */
function identityOf({ headers }: Request, call: Call): readonly (string | null)[] {
  return [call.principal?.application ?? null, headers.get("authorization"), headers.get("cookie")];
}

/** Values that mean the same select the same: outer and repeated blanks, and the order and case of codings. */
function normalised(name: string, value: string | null): string | null {
  if (value === null) return null;
  if (name !== "accept-encoding") return value.trim().replace(/\s+/g, " ");
  return value
    .toLowerCase()
    .split(",")
    .map((coding) => coding.replace(/\s/g, ""))
    .filter((coding) => coding !== "" && !/;q=0(?:\.0*)?$/.test(coding))
    .map((coding) => coding.split(";", 1)[0] ?? "")
    .sort()
    .join(",");
}

async function digest(parts: readonly unknown[]): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
