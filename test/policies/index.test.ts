/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { policies, policyOf } from "../../src/policies/index.ts";
import type { PolicyDefinition } from "../../src/policies/policy.ts";

const files = import.meta.glob<Record<string, unknown>>("../../src/policies/*.ts", { eager: true });
const tests = import.meta.glob("./*.test.ts");
const camelCase = (type: string) => type.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

describe("the catalogue", () => {
  it("lists every policy that there is a file for", () => {
    const exported = Object.values(files)
      .flatMap((module) => Object.values(module))
      .filter((value): value is PolicyDefinition => typeof (value as PolicyDefinition | null)?.create === "function");
    expect(new Set(Object.values(policies))).toEqual(new Set(exported));
  });

  it.each(Object.entries(policies))(
    "%s is named as its file, exported by its name, described and tested",
    (type, definition) => {
      expect(definition.type).toBe(type);
      expect(files[`../../src/policies/${type}.ts`]?.[camelCase(type)]).toBe(definition);
      expect(tests).toHaveProperty([`./${type}.test.ts`]);
      expect(definition.summary).toMatch(/^[A-Z].*\.$/);
      const schema = z.toJSONSchema(definition.config, { io: "input" });
      expect(schema.additionalProperties).toBe(false);
      for (const [field, property] of Object.entries(schema.properties ?? {})) {
        expect(property, `${type}.${field} has no description`).toHaveProperty("description");
      }
    },
  );

  it("knows no other types", () => {
    expect(policyOf("cors")).toBe(policies.cors);
    for (const type of ["", "Cors", "toString", "__proto__", "constructor"]) expect(policyOf(type)).toBeUndefined();
  });
});
