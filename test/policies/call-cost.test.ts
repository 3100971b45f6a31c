import { describe, expect, it } from "vitest";
import { callCost } from "../../src/policies/call-cost.ts";
import { policyCases } from "../support/policy-case.ts";
import { run } from "../support/policy-run.ts";

const header = { units: 50, from: { of: "response-header", name: "X-Cost" } };

policyCases({
  definition: callCost,
  wrong: [
    { config: { units: -1 }, because: /units/ },
    { config: { from: { of: "response-header" } }, because: /name/ },
    { config: { from: { of: "response-header", name: "two words" } }, because: /name of a header/ },
    { config: { from: { of: "response-bytes", bytesPerUnit: 0 } }, because: /bytesPerUnit/ },
    { config: { statuses: [] }, because: /statuses/ },
  ],
  passes: { config: header },
  refuses: [],
});

describe("call-cost", () => {
  const ended = { status: 200, requestBytes: 0, responseBytes: 0 };
  const answering = (headers: Record<string, string>) => async () => new Response("answer", { headers });

  it("says a fixed cost before anything is counted, with nothing to settle", async () => {
    const { call } = await run({ policies: [{ type: "call-cost", config: { units: 7 } }] });
    expect(call.units).toBe(7);
    expect(call.costOf).toBeNull();
  });

  it.each([
    ["12", 12],
    [" 12 ", 12],
    ["0", 0],
    ["1.5", 50],
    ["-3", 50],
    ["a lot", 50],
    ["99999999999", 50],
    ["9999999999", 1_000_000_000],
  ])("takes the cost %j from the response, or charges what was reserved: %d", async (value, cost) => {
    const policies = [{ type: "call-cost", config: header }];
    const { call, response } = await run({ policies, upstream: answering({ "x-cost": value }) });
    expect(call.units).toBe(50);
    expect(call.costOf?.(ended)).toBe(cost);
    expect(response.headers.has("x-cost")).toBe(false);
    expect(await response.text()).toBe("answer");
  });

  it("charges what was reserved where the header is missing, and passes it on if it may", async () => {
    const silent = await run({ policies: [{ type: "call-cost", config: header }] });
    expect(silent.call.costOf?.(ended)).toBe(50);
    const config = { ...header, from: { ...header.from, isPassedOn: true } };
    const told = await run({ policies: [{ type: "call-cost", config }], upstream: answering({ "x-cost": "3" }) });
    expect(told.response.headers.get("x-cost")).toBe("3");
    expect(told.call.costOf?.(ended)).toBe(3);
  });

  it.each([
    ["response-bytes", 2_049, 3],
    ["response-bytes", 0, 0],
    ["request-bytes", 1, 1],
  ] as const)("counts units of 1,024 bytes: %s, %d", async (of, bytes, units) => {
    const config = { units: 10, from: { of, bytesPerUnit: 1_024 } };
    const { call } = await run({ policies: [{ type: "call-cost", config }] });
    expect(call.costOf?.({ status: 200, requestBytes: bytes, responseBytes: bytes })).toBe(units);
  });

  it("charges only calls that were answered in the chosen way", async () => {
    const config = { units: 4, statuses: ["2xx", "3xx"] };
    const { call } = await run({ policies: [{ type: "call-cost", config }] });
    expect([200, 304, 404, 502].map((status) => call.costOf?.({ ...ended, status }))).toEqual([4, 4, 0, 0]);
  });
});
