/** `/.well-known/limits`: what a key's application has left. */
import { describe, expect, it, vi } from "vitest";
import type { GatewayPorts } from "../../src/gateway/ports.ts";
import type { LimitView } from "../../src/model/limit-view.ts";
import type { PlanLimits } from "../../src/model/limit.ts";
import { testGateway } from "../support/gateway.ts";

const url = "https://api.test/.well-known/limits";
const plan: PlanLimits = {
  mode: "exact",
  onFailure: "refuse",
  limits: [
    { name: "per-hour", algorithm: "fixed-window", callsMax: 10, windowMs: 3_600_000 },
    { name: "per-month", algorithm: "quota", callsMax: 2, period: "month", overage: "charge" },
    { name: "in-flight", algorithm: "concurrency", callsMax: 5 },
  ],
};
const keyed = [
  { id: "key", type: "require-key" },
  {
    id: "burst",
    type: "rate-limit",
    config: { limits: [{ name: "burst", algorithm: "token-bucket", callsMax: 5, windowMs: 1_000, burstMax: 7 }] },
  },
  { id: "door", type: "require-principal" },
];

interface Told {
  readonly application: string;
  readonly verdict: string | null;
  readonly limits: readonly LimitView[];
}

async function scene(ports: Partial<GatewayPorts> = {}) {
  const gateway = testGateway(ports);
  gateway.publish({ policies: keyed, products: ["prod_1"] });
  const key = await gateway.key(plan);
  const read = async (headers: Record<string, string> = { authorization: `Bearer ${key}` }, init: RequestInit = {}) =>
    gateway.call(url, { headers, ...init });
  return { gateway, key, read };
}

describe("/.well-known/limits", () => {
  it("tells what is left of all limits, met or not, and spends none of it", async () => {
    const { gateway, key, read } = await scene();
    const fresh = await read();
    expect(fresh.status).toBe(200);
    expect(fresh.headers.get("cache-control")).toBe("no-store");
    const before = await fresh.json<Told>();
    expect(before.limits.map(({ name, remaining }) => [name, remaining])).toEqual([
      ["per-hour", 10],
      ["per-month", 2],
      ["in-flight", 5],
    ]);
    for (let call = 0; call < 3; call += 1) {
      const served = await gateway.call("https://api.test/shop/v1/books", { headers: { "x-api-key": key } });
      expect(await served.text()).toBe("from upstream");
    }
    gateway.advance(2_000);
    const told = await (await read()).json<Told>();
    expect(told).toMatchObject({ application: gateway.ids.application, verdict: null });
    expect(told.limits).toMatchObject([
      {
        name: "per-hour",
        algorithm: "fixed-window",
        subscription: "sub_1",
        plan: "plan",
        policy: null,
        max: 10,
        remaining: 7,
      },
      // Calls beyond this quota are let through and charged: what is left is never below nothing.
      { name: "per-month", max: 2, remaining: 0 },
      { name: "in-flight", max: 5 },
      { name: "burst", subscription: null, policy: "burst", max: 7 },
    ]);
    // Permits of calls that have ended lie in the lease until its next flush.
    const [, , permits] = told.limits;
    expect((permits?.remaining ?? 0) + (permits?.leased ?? 0)).toBe(5);
    expect(told.limits[0]?.resetMs).toBeLessThanOrEqual(3_600_000);
    await vi.waitFor(() => expect(gateway.usage).toHaveLength(3));
  });

  it("asks the ledger no more than once a second", async () => {
    let now = Date.now();
    const { gateway, read } = await scene({ now: () => now });
    for (let call = 0; call < 5; call += 1) expect((await read()).status).toBe(200);
    const asked = () => gateway.trips.filter((trip) => trip === "peek").length;
    expect(asked()).toBe(1);
    now += 1_000;
    await read();
    expect(asked()).toBe(2);
  });

  it("refuses whoever shows no key, or one that is not valid", async () => {
    const { gateway, read } = await scene();
    const silent = await read({});
    expect(silent.status).toBe(401);
    expect(silent.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect((await silent.json<{ code: string }>()).code).toBe("credential-missing");
    for (const changes of [{ revoked: true }, { expiresAt: 1 }]) {
      const ended = await gateway.key(plan, changes);
      expect((await read({ "x-api-key": ended })).status).toBe(401);
    }
    expect((await read({ authorization: "Bearer gh_live_made_up" })).status).toBe(401);
    expect((await read(undefined, { method: "POST" })).status).toBe(405);
  });

  it("tells of a suspension, and says when the ledger cannot be reached", async () => {
    const { gateway, read } = await scene();
    const { application, workspace } = gateway.ids;
    gateway.putRecord("application", application, {
      sequence: 9,
      id: application,
      workspace,
      organization: "org_1",
      suspended: true,
      unpaid: false,
      subscriptions: [],
    });
    gateway.announce({ sequence: 9, kind: "application", id: application });
    expect(await (await read()).json()).toMatchObject({ verdict: "suspended", limits: [] });

    const away = testGateway({
      ledger: {
        ask: () => Promise.reject(new Error("away")),
        peek: () => Promise.reject(new Error("away")),
      },
    });
    away.publish({ policies: keyed, products: ["prod_1"] });
    const refused = await away.call(url, { headers: { "x-api-key": await away.key(plan) } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
  });

  it("leaves the address to an API that has a route for it", async () => {
    const gateway = testGateway();
    gateway.publish({
      prefix: "/",
      selector: { in: "header", name: "api-version" },
      defaultVersion: "v1",
      routes: [["GET", "/.well-known/limits"]],
    });
    expect(await (await gateway.call(url)).text()).toBe("from upstream");
  });
});
