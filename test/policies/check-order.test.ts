import { describe, expect, it } from "vitest";
import { PolicyEntry } from "../../src/model/policy-entry.ts";
import { checkOrder } from "../../src/policies/check-order.ts";

/** `-` before a type: disabled. */
const entriesOf = (types: string) =>
  types
    .split(" ")
    .filter((type) => type !== "")
    .map((type, index) =>
      PolicyEntry.parse({ id: `e${index}`, type: type.replace(/^-/, ""), enabled: !type.startsWith("-") }),
    );
const found = (own: string, central = "") =>
  checkOrder([
    { entries: entriesOf(central), owner: "the platform's list", pointerAt: () => "/policies" },
    { entries: entriesOf(own), owner: null, pointerAt: (index) => `/policies/${index}` },
  ]).map(({ pointer, message }) => `${pointer}: ${message}`);

describe("the order of policies", () => {
  it.each([
    "cors require-key require-principal cache",
    "cors require-key require-principal require-subscription plan-limits rate-limit cache",
    "cors require-key require-principal plan-limits cache request-headers response-headers",
    "require-key require-subscription plan-limits require-principal",
    "request-size cache cors response-headers",
    "require-key cache -require-principal -rate-limit",
    "-cache -plan-limits -cors require-key require-principal",
    "rate-limit ip-restriction cors require-key",
  ])("is right in [%s]", (types) => {
    expect(found(types)).toEqual([]);
  });

  it.each([
    ["require-key cache require-principal", "require-principal"],
    ["cache require-key require-principal", "require-key"],
    ["require-key require-principal cache require-subscription plan-limits", "require-subscription"],
    ["require-key require-principal cache require-key", "require-key"],
    ["require-key require-principal cache rate-limit", "rate-limit"],
    ["cache ip-restriction", "ip-restriction"],
  ])("[%s] would let kept answers pass by a policy", (types, passedBy) => {
    const index = types.split(" ").indexOf("cache");
    expect(found(types)).toEqual([
      `/policies/${index}: “cache” stands before “${passedBy}”, which a kept answer would pass by. Move it behind.`,
    ]);
  });

  it.each([
    ["plan-limits require-key require-principal", "plan-limits", "require-key", "no plan"],
    ["require-key plan-limits require-principal", "plan-limits", "require-principal", "no plan"],
    [
      "require-key require-principal plan-limits require-subscription",
      "plan-limits",
      "require-subscription",
      "no plan",
    ],
    ["require-key plan-limits require-key", "plan-limits", "require-key", "no plan"],
    ["require-subscription require-key", "require-subscription", "require-key", "nobody"],
  ])("[%s] would ask for a plan too early", (types, type, late, what) => {
    const index = types.split(" ").indexOf(type);
    expect(found(types)).toEqual([
      `/policies/${index}: “${type}” stands before “${late}”, so ${what} is known there. Move it behind.`,
    ]);
  });

  it.each(["require-key", "require-principal", "require-subscription", "plan-limits"])(
    "[%s cors] would refuse preflights",
    (type) => {
      expect(found(`${type} cors`)).toEqual([
        "/policies/1: “cors” stands behind a policy that asks for a credential, so preflights would be refused. Move it to the front.",
      ]);
    },
  );

  it("is that of all lists together, and names the entry of a central one", () => {
    expect(found("require-key require-principal", "plan-limits")).toEqual([
      "/policies: “plan-limits” (entry “e0” of the platform's list) stands before “require-key”, so no plan is known there. Move it behind.",
    ]);
    expect(found("require-key", "response-headers cache")).toEqual([
      "/policies: “cache” (entry “e1” of the platform's list) stands before “require-key”, which a kept answer would pass by. Move it behind.",
    ]);
    expect(found("cors", "require-key")[0]).toMatch(/^\/policies\/0: “cors” stands behind/);
    expect(found("", "require-key cors")[0]).toMatch(
      /^\/policies: “cors” \(entry “e1” of the platform's list\) stands/,
    );
  });
});
