/**
 * @module OpenAPI 3.2 in the words of 3.1, and back. What 3.1 has no words for (openapi-roles.ts) is kept whole in an extension of
 * the object in which it stood; reading such a document puts it back. So nothing is lost on the way.
 *
 * ```yaml
 * paths:
 *   /books:
 *     get: …
 *     x-openapi-3.2: { query: … }      # OpenAPI 3.2: a method of its own
 * ```
 *
 * References in an extension are called `$ref-3.2`. `null` in it stands for a field that 3.1 asks for and the author had left out,
 * unless `null-3.2` lists the field: then it was null.
 */
import { Problem, type Finding } from "../../model/problem.ts";
import { findRoles } from "./find-roles.ts";
import { holdsMany, laterField, leftOut, moveLater, type Fields } from "./openapi-roles.ts";
import { isObject, type JsonObject } from "./pointer.ts";

export { laterField };

const nullsField = "null-3.2";

/** The document as OpenAPI 3.1. It is not changed. Throws `document-invalid` if it is nested so deep that it cannot be walked. */
export function lowerDocument(document: JsonObject): JsonObject {
  return unlessTooDeep(() => {
    const copy = unshared(document);
    const found = findRoles(copy, (role, object) => lower(role, object, copy));
    return replaced(copy, (object) => found.get(object) ?? object) as JsonObject;
  });
}

/** The OpenAPI 3.2 document that was lowered to this one; any other as it is. Throws as `lowerDocument` does. */
export function raiseDocument(document: JsonObject): JsonObject {
  const kept = document[laterField];
  if (!isObject(kept) || typeof kept["openapi"] !== "string") return document;
  return unlessTooDeep(() => {
    // By the address that it had, it may still refer to itself.
    const copy = unshared(typeof kept["$self"] === "string" ? { ...document, $self: kept["$self"] } : document);
    const lowered = new Set<JsonObject>();
    // What was lowered is what has a role in 3.1: so it is looked for in the words of 3.1, before any of it changes.
    findRoles(copy, (role, object) => {
      if (!holdsMany(role)) lowered.add(object);
      return object;
    });
    return replaced(copy, (object) => (lowered.has(object) ? raise(object) : object)) as JsonObject;
  });
}

function lower(role: string, object: JsonObject, root: JsonObject): JsonObject {
  if (holdsMany(role)) return object;
  // If the author has an extension of this name, it is kept in ours.
  const { [laterField]: own, ...changed } = object;
  const later: Fields = own === undefined ? {} : { [laterField]: own };
  moveLater(role, changed, later, root);
  return Object.keys(later).length === 0 ? object : { ...changed, [laterField]: keep(later) };
}

function keep(later: Fields): unknown {
  const fields = Object.entries(later);
  const nulls = fields.flatMap(([field, value]) => (value === null ? [field] : []));
  const values = Object.fromEntries(fields.map(([field, value]) => [field, value === leftOut ? null : value]));
  const kept = renamed(values, hideName) as JsonObject;
  return nulls.length === 0 ? kept : { ...kept, [nullsField]: nulls };
}

function raise(object: JsonObject): JsonObject {
  const { [laterField]: later, ...rest } = object;
  if (!isObject(later)) return object;
  const { [nullsField]: nulls, ...hidden } = later;
  const kept = renamed(hidden, showName) as JsonObject;
  const isNull = (field: string): boolean => Array.isArray(nulls) && nulls.includes(field);
  return Object.fromEntries([
    ...Object.entries(rest).filter(([field]) => !Object.hasOwn(kept, field)),
    ...Object.entries(kept).filter(([field, value]) => value !== null || isNull(field)),
  ]);
}

function unlessTooDeep<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const message = "The document is nested too deep to be brought to another version of OpenAPI. Write it flatter.";
    const findings: readonly Finding[] = [{ pointer: "", message, severity: "error" }];
    throw new Problem("document-invalid", { detail: message, members: { findings } });
  }
}

/**
 * Tools follow references wherever they stand, and some of these lead to what only 3.2 has: so in an extension they are called
 * otherwise. As is what is called so already, and what the author called as the list of nulls is.
 */
const hideName = (field: string): string => (/^(?:\$ref|null-3\.2)(?:-3\.2)*$/.test(field) ? `${field}-3.2` : field);
const showName = (field: string): string =>
  /^(?:\$ref|null-3\.2)(?:-3\.2)+$/.test(field) ? field.slice(0, -4) : field;

/** The value with other names for its fields, at any depth. */
function renamed(value: unknown, name: (field: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [name(field), renamed(inner, name)]));
}

/** YAML may have one object in two places, as a response and as data: as copies, each changes by itself. */
function unshared(document: JsonObject): JsonObject {
  return renamed(document, (field) => field) as JsonObject;
}

/** The value with each object replaced, from the outside to the inside. What stays the same is not copied. */
function replaced(value: unknown, replace: (object: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((one) => replaced(one, replace));
    return items.some((one, index) => one !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const next = replace(value);
  // Most objects of a large document stay as they are: nothing is made for these.
  const changed: [string, unknown][] = [];
  for (const [field, inner] of Object.entries(next)) {
    const now = replaced(inner, replace);
    if (now !== inner) changed.push([field, now]);
  }
  return changed.length === 0 ? next : Object.fromEntries([...Object.entries(next), ...changed]);
}
