import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recent } from "../../src/model/recent.ts";

describe("what was used of late", () => {
  it("is kept, and what was not makes room", () => {
    const memory = recent<number>(4);
    for (const [key, value] of ["a", "b", "c"].map((name, index) => [name, index] as const)) memory.set(key, value);
    expect(memory.get("a")).toBe(0);
    for (const name of ["d", "e", "f", "g"]) {
      memory.set(name, 1);
      memory.get("a");
    }
    expect(memory.get("a")).toBe(0);
    expect(memory.get("b")).toBeUndefined();
  });

  it("never is more than its bounds, in number and in weight, whatever is done", () => {
    const step = fc.record({
      does: fc.constantFrom("set" as const, "get" as const, "delete" as const),
      key: fc.integer({ min: 0, max: 30 }).map(String),
      weight: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const memory = recent<number>(10, { max: 40, of: (value) => value });
        const held = () => Array.from({ length: 31 }, (_, key) => memory.get(String(key)) ?? 0);
        for (const { does, key, weight } of steps) {
          if (does === "set") memory.set(key, weight);
          else if (does === "get") memory.get(key);
          else memory.delete(key);
          expect(memory.size).toBeLessThanOrEqual(10);
        }
        // Each half of it may be over by the value that filled it.
        expect(held().reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(40 + 2 * 10);
      }),
    );
  });

  it("holds one value that is heavier than all may be together", () => {
    const memory = recent<number>(10, { max: 5, of: (value) => value });
    memory.set("huge", 100);
    expect(memory.get("huge")).toBe(100);
    memory.set("a", 1);
    memory.set("b", 1);
    memory.set("c", 1);
    expect(memory.get("a")).toBe(1);
  });
});
