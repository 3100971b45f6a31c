/** @module Which objects of an OpenAPI document have which role (openapi-roles.ts), wherever they stand. */
import { holdsMany, laterField, roleWithin } from "./openapi-roles.ts";
import { isObject, lookUp, type JsonObject } from "./pointer.ts";

/** What is looked into instead of an object that has that role: what takes its place, or itself. */
type Look = (role: string, object: JsonObject) => JsonObject;
/** By object, what was looked into instead of it; nothing for one that is merely referred to and was looked into itself. */
export type Found = ReadonlyMap<JsonObject, JsonObject>;

/**
 * Every object that has a role by its place, and every other that something with a role refers to: the files of a bundle are an
 * extension, so what is in them has no role but by that. No object may stand in the document twice.
 */
export function findRoles(document: JsonObject, look: Look): Found {
  const placed = new Map<JsonObject, JsonObject>();
  const waiting = new Map<string, Reference>();
  const meet = (next: Reference): void => void waiting.set(`${next.role} ${next.reference}`, next);
  const place = (role: string, object: JsonObject): JsonObject => {
    const seen = look(role, object);
    placed.set(object, seen);
    return seen;
  };
  visit("document", document, { see: place, meet });
  const referred = new Map<JsonObject, JsonObject>();
  const roles = new Map<JsonObject, string>();
  const see = (role: string, object: JsonObject): JsonObject | null => {
    if (placed.has(object)) return null;
    const known = roles.get(object);
    if (known !== undefined && known.split(" ").includes(role)) return null;
    roles.set(object, known === undefined ? role : `${known} ${role}`);
    if (known !== undefined && known.split(" ").some((one) => weight(one) >= weight(role)))
      return referred.get(object) ?? object;
    const seen = look(role, object);
    if (seen !== object) referred.set(object, seen);
    return seen;
  };
  // A reference into what has moved away leads to nothing any more.
  const instead = (object: JsonObject): JsonObject => placed.get(object) ?? referred.get(object) ?? object;
  // Grows while it is gone through.
  for (const { reference, role } of waiting.values()) {
    visit(role, lookUp(document, reference, instead), { see, meet });
  }
  for (const [object, seen] of referred) placed.set(object, seen);
  return placed;
}

/** An object that is referred to as several things is looked into as all of them, but changes once: as that which says most of it. */
function weight(role: string): number {
  return holdsMany(role) ? 0 : role === "schema" ? 1 : 2;
}

interface Reference {
  readonly reference: string;
  readonly role: string;
}

interface Visitor {
  /** What is looked into instead of the object, or null if nothing is. */
  see(role: string, object: JsonObject): JsonObject | null;
  meet(reference: Reference): void;
}

function visit(role: string, value: unknown, visitor: Visitor): void {
  if (Array.isArray(value)) {
    const each = role.endsWith("[]") ? role.slice(0, -2) : role;
    for (const one of value) visit(each, one, visitor);
  }
  if (typeof value === "string" && role.startsWith("#")) visitor.meet({ reference: value, role: role.slice(1) });
  if (!isObject(value)) return;
  const seen = visitor.see(role, value);
  if (seen === null) return;
  const reference = referenceOf(seen);
  if (typeof reference === "string") visitor.meet({ reference, role });
  for (const [field, inner] of Object.entries(seen)) {
    // What is kept for 3.2 stays whole.
    const next = field === laterField && seen !== value ? null : roleWithin(role, field);
    if (next !== null) visit(next, inner, visitor);
  }
}

/** As it stands there, or as it is kept of a media type, which refers to nothing in 3.1. */
function referenceOf(object: JsonObject): unknown {
  const later = object[laterField];
  return object["$ref"] ?? (isObject(later) ? later["$ref-3.2"] : undefined);
}
