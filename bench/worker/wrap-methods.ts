/** A proxy whose methods go through `around`; everything else stays the target's. */
export function wrapMethods(
  target: object,
  around: (method: string, call: (...args: unknown[]) => unknown) => unknown,
): object {
  return new Proxy(target, {
    get(_, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function" || typeof property !== "string" || property === "then") return value;
      return around(property, (...args) => (target as Methods)[property]?.(...args));
    },
  });
}

export type Methods = Record<string, (...args: unknown[]) => unknown>;
