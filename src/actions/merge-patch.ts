/**
 * @module JSON Merge Patch (RFC 7396) for what is an object of its own within a resource, such as a plan's limits: what a
 * patch leaves out stays, null sets a field back to what it is where nothing is said.
 */
import * as z from "zod";
import { explainIssues } from "../model/explain-issues.ts";
import { inputInvalid } from "./input.ts";

/** What a patch of an object may say: every field may be left out or null. Nothing has a default, or it would overwrite. */
export function patchOf<Shape extends z.core.$ZodShape>(schema: z.ZodObject<Shape>) {
  const fields = Object.entries<unknown>(schema.shape).map(([name, field]) => [name, patchedField(field as z.ZodType)]);
  return z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
}

function patchedField(field: z.ZodType): z.ZodType {
  const inner = withoutDefault(field);
  const patched = inner instanceof z.ZodObject ? patchOf(inner) : inner;
  return patched.nullish().describe(field.description ?? inner.description ?? "");
}

function withoutDefault(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional
    ? withoutDefault(field.unwrap() as z.ZodType)
    : field;
}

/**
 * The object as it becomes. `patch` has been parsed by {@link patchOf} the same schema, and stands in the input at `pointer`.
 * Throws `input-invalid` where the whole would not hold.
 */
export function mergePatch<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
  current: z.output<z.ZodObject<Shape>>,
  patch: Readonly<Record<string, unknown>>,
  pointer: string,
): z.output<z.ZodObject<Shape>> {
  const whole = merged(current, patch);
  const parsed = schema.safeParse(whole);
  if (parsed.success) return parsed.data;
  throw inputInvalid(explainIssues(schema, whole, parsed.error.issues, { name: "", pointer }));
}

function merged(
  current: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const next = new Map(Object.entries(current));
  for (const [name, value] of Object.entries(patch)) {
    const before = next.get(name);
    if (value === null) next.delete(name);
    else if (isObject(value)) next.set(name, merged(isObject(before) ? before : {}, value));
    else if (value !== undefined) next.set(name, value);
  }
  return Object.fromEntries(next);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
