/** @module JSON pointers (RFC 6901) into a parsed document, and the local references that OpenAPI makes with them. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `base` with one more token, escaped. */
export function append(base: string, token: string | number): string {
  return `${base}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * The reference without the address where that is the document's own: `$self` of OpenAPI 3.2, against which relative ones are
 * resolved as well. `https://books.example/api.json#/components` is `#/components` in the document that lies there.
 */
export function localReference(document: JsonObject, reference: string): string {
  const { $self } = document;
  if (reference.startsWith("#") || typeof $self !== "string") return reference;
  const self = URL.parse($self, "relative:/");
  const target = URL.parse(reference, self?.href);
  if (self === null || target === null) return reference;
  const { hash } = target;
  target.hash = self.hash = "";
  return target.href === self.href ? (hash === "" ? "#" : hash) : reference;
}

/**
 * What stands at a local reference such as `#/components/parameters/Isbn`, or undefined. Own fields only. `instead` says what is
 * looked into instead of an object on the way.
 */
export function lookUp(
  document: JsonObject,
  written: string,
  instead: (object: JsonObject) => JsonObject = (object) => object,
): unknown {
  const reference = localReference(document, written);
  if (reference === "#") return document;
  if (!reference.startsWith("#/")) return undefined;
  let value: unknown = document;
  for (const raw of reference.slice(2).split("/")) {
    const token = unescape(raw);
    if (isObject(value)) value = instead(value);
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

function unescape(token: string): string {
  let decoded = token;
  if (token.includes("%")) {
    try {
      decoded = decodeURIComponent(token);
    } catch {
      // Not percent-encoded after all: taken as it stands.
    }
  }
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** An object after its local references, or the reference that leads nowhere. A chain of more than 16 is a circle. */
export function resolve(document: JsonObject, value: unknown): { value: unknown } | { broken: string } {
  let current = value;
  for (let hops = 0; hops < 16; hops += 1) {
    if (!isObject(current) || typeof current.$ref !== "string") return { value: current };
    const next = lookUp(document, current.$ref);
    if (next === undefined) return { broken: current.$ref };
    current = next;
  }
  return { broken: isObject(current) ? String(current.$ref) : "" };
}
