import { describe, expect, it } from "vitest";
import { rateLimit } from "../../src/policies/rate-limit.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, type CallOptions, failingServices, principal, run } from "../support/policy-run.ts";

const burst = { name: "burst", algorithm: "token-bucket", callsMax: 10, windowMs: 1_000, burstMax: 20 };
const monthly = { name: "monthly", algorithm: "quota", callsMax: 10, period: "month" };

policyCases({
  definition: rateLimit,
  wrong: [
    { config: { limits: [] }, because: /too_small/ },
    { config: { limits: [burst, burst] }, because: /share a name/ },
    { config: { limits: [{ ...burst, callsMax: 0 }] }, because: /callsMax/ },
    { config: { limits: [burst], by: "cookie" }, because: /by/ },
    { config: { limits: [monthly], by: "address" }, because: /change hands/ },
    { config: { limits: [monthly], by: ["api", { header: "X-Tenant" }] }, because: /change hands/ },
    { config: { limits: [burst], by: [{ header: "two words" }] }, because: /name of a header/ },
    { config: { limits: [burst], by: [] }, because: /by/ },
    { config: { limits: [{ ...monthly, anchor: "subscription" }] }, because: /anchor/ },
  ],
  passes: { config: { limits: [burst] }, call: { principal } },
  refuses: [],
  failing: [{ name: "it uses none", config: { limits: [burst] }, services: failingServices, code: null }],
});

describe("rate-limit", () => {
  const demand = async (config: object, call: CallOptions, headers: Record<string, string> = {}) => {
    const ran = await run({
      policies: [{ type: "rate-limit", config: { limits: [burst], ...config } }],
      request: new Request("https://api.example/books", { headers }),
      call: callOf(call),
    });
    const [demand] = ran.call.demands;
    if (demand === undefined) throw new Error("nothing was demanded");
    return demand;
  };

  it("counts an application in its own ledger, beside the plan", async () => {
    expect(await demand({ mode: "exact", onFailure: "allow" }, { principal, units: 2 })).toEqual({
      ledger: "app:ws_1:env_1:app_1",
      shards: 1,
      definitions: [{ key: "ver_1/rate-limit-0/burst", revision: 7, limit: burst }],
      cost: 2,
      variable: false,
      mode: "exact",
      onFailure: "allow",
      credential: "cred_1",
    });
  });

  it("counts all callers of an API together", async () => {
    const one = await demand({ by: "api" }, { principal });
    expect(one.ledger).toBe("api:ws_1:env_1:api_1");
    expect(one).toEqual(await demand({ by: "api" }, { clientAddress: "198.51.100.1" }));
  });

  it("counts anonymous calls by address", async () => {
    const one = await demand({}, {});
    expect(one.ledger).toMatch(/^crowd:ws_1:env_1:\d{1,4}$/);
    expect(one.definitions[0]?.key).toMatch(/^ver_1\/rate-limit-0@[0-9a-f]{16}\/burst$/);
    expect(await demand({ by: "address" }, { principal })).toEqual(one);
    // What callers are told is the operator's word, not where the limit is counted.
    expect(one.definitions.map(({ limit }) => limit.name)).toEqual(["burst"]);
  });

  it("gives each address limits of its own, and one client's IPv6 addresses the same", async () => {
    const key = async (clientAddress: string) =>
      (await demand({ by: "address" }, { clientAddress })).definitions[0]?.key;
    expect(await key("203.0.113.7")).not.toBe(await key("203.0.113.8"));
    expect(await key("::ffff:203.0.113.7")).toBe(await key("203.0.113.7"));
    expect(await key("2001:db8:1:2::1")).toBe(await key("2001:db8:1:2:ffff::9"));
    expect(await key("2001:db8:1:2::1")).not.toBe(await key("2001:db8:1:3::1"));
    expect(await key("")).toBe(await key("unknown"));
  });

  it.each<[unknown, CallOptions, string, boolean]>([
    ["subscription", { principal }, "app:ws_1:env_1:app_1", true],
    ["credential", { principal }, "app:ws_1:env_1:app_1", true],
    ["organization", { principal }, "org:ws_1:env_1:org_1", false],
    ["operation", { principal }, "api:ws_1:env_1:api_1", true],
    [["application", "api"], { principal }, "app:ws_1:env_1:app_1", true],
    [["api", "application", "operation"], { principal }, "app:ws_1:env_1:app_1", true],
    [["organization", { header: "X-Tenant" }], { principal }, "org:ws_1:env_1:org_1", true],
  ])("counts by %j in the ledger that all of them share", async (by, call, ledger, isTold) => {
    const one = await demand({ by }, call);
    expect(one.ledger).toBe(ledger);
    expect(one.definitions[0]?.key).toMatch(isTold ? /^ver_1\/rate-limit-0@[0-9a-f]{16}\/burst$/ : /0\/burst$/);
  });

  it("tells apart what it counts by, and nothing else", async () => {
    const keyOf = async (by: unknown, call: CallOptions, headers: Record<string, string> = {}) =>
      (await demand({ by }, call, headers)).definitions[0]?.key;
    const both = ["application", "operation"];
    const search = { principal, match: { operation: "search-books" } };
    expect(await keyOf(both, { principal })).not.toBe(await keyOf(both, search));
    expect(await keyOf("credential", { principal })).toBe(await keyOf("credential", search));
    const other = { principal: { ...principal, credential: "cred_2" } };
    expect(await keyOf("credential", { principal })).not.toBe(await keyOf("credential", other));
    expect(await keyOf(both, { principal })).toBe(await keyOf(both, other));
    const tenant = { header: "X-Tenant" };
    expect(await keyOf(tenant, {}, { "x-tenant": "a" })).not.toBe(await keyOf(tenant, {}, { "x-tenant": "b" }));
    // A header cannot be made to look like another part.
    expect(await keyOf(["api", tenant], {}, { "x-tenant": "a" })).not.toBe(
      await keyOf(tenant, {}, { "x-tenant": "a" }),
    );
    expect(await keyOf(tenant, {})).toBe(await keyOf(tenant, {}, { "x-tenant": "" }));
    // Nobody in particular stands at an address.
    expect(await keyOf(both, {})).not.toBe(await keyOf(both, { clientAddress: "198.51.100.9" }));
  });

  it("spreads addresses over the crowds", async () => {
    const ledgers = Array.from(
      { length: 200 },
      async (_, index) => (await demand({ by: "address" }, { clientAddress: `198.51.100.${index}` })).ledger,
    );
    expect(new Set(await Promise.all(ledgers)).size).toBeGreaterThan(150);
  });
});
