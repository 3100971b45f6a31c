import { describe, expect, it } from "vitest";
import { addUsage, cellIdOfUsage, cellOf, usageCellId, type Usage } from "../../src/model/usage.ts";
import { usage as finished } from "../support/usage.ts";

describe("a finished call", () => {
  it.each([
    ["calls", {}],
    ["ungoverned", { ungoverned: true }],
    ["refused", { refusedBy: "plan-limits", status: 429 }],
    ["refused", { refusedBy: "plan-limits", status: 503, ungoverned: true }],
  ])("is counted among %s: %o", (meter, changes) => {
    const usage: Usage = { ...finished, ...changes };
    const cell = cellOf(usage);
    expect(cell).toMatchObject({ meter, calls: 1, units: usage.units });
    expect(cellIdOfUsage(usage)).toBe(usageCellId(cell));
    const twice = cellOf(usage);
    addUsage(twice, usage);
    expect(twice).toMatchObject({ calls: 2, units: 2 * usage.units });
    expect(twice.histogram.reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
