/** @module The part of a zod schema that stands at a path of a value, to know which fields could have been meant. */
import * as z from "zod";

/** Fields that the object at `path` may have; empty where it is no object or the value does not say which of several. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let current: unknown = schema;
  let here = value;
  for (const token of path) {
    const inner = narrow(current, here);
    if (inner instanceof z.ZodObject) current = inner.shape[String(token)];
    else if (inner instanceof z.ZodRecord) current = inner.valueType;
    else if (inner instanceof z.ZodArray) current = inner.element;
    else return [];
    here = valueAt(here, [token]);
  }
  const target = narrow(current, here);
  return target instanceof z.ZodObject ? Object.keys(target.shape) : [];
}

/** The schema without wrappers, and the one option of a discriminated union that the value chose. */
function narrow(schema: unknown, value: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return narrow(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodPipe) return narrow(schema.in, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const chosen = valueAt(value, [discriminator]);
    return schema.options.find((option) => {
      const inner = narrow(option, value);
      const field: unknown = inner instanceof z.ZodObject ? inner.shape[discriminator] : undefined;
      return field instanceof z.ZodType && field.safeParse(chosen).success;
    });
  }
  return schema;
}

/** What stands at `path`, or undefined. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const token of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, token)) return undefined;
    here = Reflect.get(here, token);
  }
  return here;
}
