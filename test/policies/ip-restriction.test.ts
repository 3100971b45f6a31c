import { describe, expect, it } from "vitest";
import { ipRestriction } from "../../src/policies/ip-restriction.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, run } from "../support/policy-run.ts";

policyCases({
  definition: ipRestriction,
  wrong: [
    { config: {}, because: /at least one/ },
    ...[
      "",
      "1",
      "010.0.0.1",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
      "2001:db8::/129",
      "fe80::1%eth0",
      "::ffff:10.0.0.0/64",
      "host",
    ].map((range) => ({ config: { allow: [range] }, because: /Write an address/ })),
  ],
  passes: { config: { allow: ["203.0.113.0/24"] } },
  refuses: [
    { name: "an address outside of the list", config: { allow: ["198.51.100.0/24"] }, code: "address-not-allowed" },
    { name: "a denied address", config: { deny: ["203.0.113.7"] }, code: "address-not-allowed" },
    {
      name: "an address both allowed and denied",
      config: { allow: ["203.0.113.0/24"], deny: ["203.0.113.0/25"] },
      code: "address-not-allowed",
    },
    {
      name: "an unknown address where only some are allowed",
      config: { allow: ["0.0.0.0/0", "::/0"] },
      call: { clientAddress: "" },
      code: "address-not-allowed",
    },
    ...["", "nonsense", "010.0.0.1", "fe80::1%eth0"].map((clientAddress) => ({
      name: `an address that nobody can read where some are denied: “${clientAddress}”`,
      config: { deny: ["10.0.0.0/8"] },
      call: { clientAddress },
      code: "address-not-allowed" as const,
    })),
  ],
});

describe("ip-restriction", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "::ffff:10.0.0.0/104", true],
    ["10.1.2.3", "::ffff:a00:0/104", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["10.1.2.3", "::/0", false],
    ["203.0.113.7", "203.0.113.7", true],
    ["2001:DB8:0:0::7", "2001:db8::7", true],
    ["012.1.2.3", "10.0.0.0/8", false],
    ["nonsense", "0.0.0.0/0", false],
  ])("%s within %s: %s", async (clientAddress, range, allowed) => {
    const { response } = await run({
      policies: [{ type: "ip-restriction", config: { allow: [range] } }],
      call: callOf({ clientAddress }),
    });
    expect(response.status).toBe(allowed ? 200 : 403);
  });

  it("lets every call pass in shadow, and notes what it would have done", async () => {
    const { response, call } = await run({
      policies: [{ type: "ip-restriction", mode: "shadow", config: { deny: ["203.0.113.0/24"] } }],
    });
    expect(response.status).toBe(200);
    expect(call.passage.map(({ verdict }) => verdict)).toEqual(["would-refuse"]);
  });
});
