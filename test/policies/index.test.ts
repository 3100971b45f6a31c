import { expect, it } from "vitest";
import { policies, policyOf } from "../../src/policies/index.ts";

it("finds a type by its name, and nothing by any other", () => {
  expect(policyOf("cors")).toBe(policies.cors);
  for (const type of ["", "Cors", "toString", "__proto__", "constructor"]) expect(policyOf(type)).toBeUndefined();
});
