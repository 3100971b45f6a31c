/**
 * The field that somebody wrote, or undefined: for names that callers choose. `record[name]` alone finds `constructor` and
 * `toString` in every object.
 */
export function ownField<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
