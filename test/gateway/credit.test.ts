/** Calls that are paid from prepaid credit, through the gateway and a real ledger. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { CreditView } from "../../src/model/limit-view.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { LimitMode, PlanLimits } from "../../src/model/limit.ts";
import { creditKey } from "../../src/model/plan-definitions.ts";
import { testGateway } from "../support/gateway.ts";
import type { TestGateway } from "../support/gateway.ts";

const url = "https://api.test/shop/v1/books";
const keyed = [
  { id: "key", type: "require-key" },
  { id: "door", type: "require-principal" },
];

const paid = (mode: LimitMode, credit: PlanLimits["credit"] = {}): PlanLimits => ({
  mode,
  onFailure: "refuse",
  limits: [],
  credit,
});

const grantOf = (units: number, id = "gra_1") => ({
  id,
  serial: 1,
  units,
  priority: 100,
  effectiveAt: 0,
  expiresAt: null,
  voided: false,
});

async function scene(plan: PlanLimits, policies: object[] = keyed) {
  const gateway = testGateway();
  gateway.publish({ policies, products: ["prod_1"] });
  const key = await gateway.key(plan);
  const { workspace, environment, application: id } = gateway.ids;
  const ledger = env.LEDGER.getByName(ledgerName({ subject: "app", workspace, environment, id }));
  const call = () => gateway.call(url, { headers: { "x-api-key": key } });
  const fund = async (...grants: ReturnType<typeof grantOf>[]) => ledger.fund({ key: creditKey("sub_1"), grants });
  return { gateway, call, fund, ledger, key };
}

/** The body is read to its end, and the call recorded: what it cost goes with the next question. */
async function finish(gateway: TestGateway, response: Response): Promise<void> {
  const before = gateway.usage.length;
  await response.text();
  await vi.waitFor(() => expect(gateway.usage.length).toBeGreaterThan(before));
}

describe.each(["exact", "leased"] as const)("prepaid credit, %s", (mode) => {
  it("refuses with 402 until some is granted, and when it is used up; a top-up counts within seconds", async () => {
    const { gateway, call, fund } = await scene(paid(mode));
    const unpaid = await call();
    expect(unpaid.status).toBe(402);
    expect(await unpaid.json()).toMatchObject({
      type: expect.stringMatching(/\/problems\/credit-exhausted$/),
      status: 402,
    });
    expect(unpaid.headers.get("ratelimit")).toBe('"credit";r=0');
    expect(unpaid.headers.get("retry-after")).toBeNull();

    await fund(grantOf(3));
    gateway.advance(2_000);
    for (const left of [2, 1, 0]) {
      const served = await call();
      expect(served.status).toBe(200);
      expect(served.headers.get("ratelimit")).toBe(`"credit";r=${left}`);
      await finish(gateway, served);
    }
    expect((await call()).status).toBe(402);
    await fund(grantOf(1, "gra_2"));
    gateway.advance(2_000);
    const last = await call();
    expect(last.status).toBe(200);
    await finish(gateway, last);
  });

  it("leaves nothing here of what calls reserved and did not need", async () => {
    const cost = {
      id: "cost",
      type: "call-cost",
      config: { units: 50, from: { of: "response-header", name: "x-cost" } },
    };
    const { gateway, call, fund, ledger } = await scene(paid(mode, { atRiskMax: 0 }), [...keyed, cost]);
    gateway.upstream = () => new Response("answer", { headers: { "x-cost": "1" } });
    await fund(grantOf(1_000));
    for (const response of await Promise.all(Array.from({ length: 8 }, call))) await finish(gateway, response);
    const before = gateway.trips.filter((trip) => trip === "ledger").length;
    await finish(gateway, await call());
    // It had to ask for its own.
    expect(gateway.trips.filter((trip) => trip === "ledger").length).toBeGreaterThan(before);
    const { credits } = await ledger.peek();
    expect(credits?.[0]?.available).toBeGreaterThanOrEqual(1_000 - 9 * 1 - 50);
    await gateway.settle();
  });

  it("charges what a call cost when it has ended, and gives back the rest of what was held for it", async () => {
    const cost = {
      id: "cost",
      type: "call-cost",
      config: { units: 10, from: { of: "response-header", name: "x-cost" } },
    };
    const { gateway, call, fund, ledger } = await scene(paid(mode), [...keyed, cost]);
    gateway.upstream = () => new Response("answer", { headers: { "x-cost": "4" } });
    await fund(grantOf(12));
    await finish(gateway, await call());
    await gateway.settle();
    const { credits } = await ledger.peek();
    expect(credits).toMatchObject([
      { available: 8, writtenOff: 0, grants: [{ balances: { consumed: 4, escrow: 0 } }] },
    ]);
    // 8 are left, and 10 would have to be held.
    expect((await call()).status).toBe(402);
  });
});

describe("what is owed", () => {
  it("is refused with 402 by the ledger, whatever credit is left, until it is paid", async () => {
    const { gateway, call, fund, ledger } = await scene(paid("exact"));
    await fund(grantOf(5));
    await ledger.judge({ kind: "unpaid", serial: 1, holds: true });
    const barred = await call();
    expect([barred.status, await barred.json()]).toMatchObject([
      402,
      { type: expect.stringMatching(/payment-overdue$/) },
    ]);
    await ledger.judge({ kind: "unpaid", serial: 2, holds: false });
    gateway.advance(1_000);
    const served = await call();
    expect(served.status).toBe(200);
    await finish(gateway, served);
  });
});

describe("prepaid credit", () => {
  it("is told by /.well-known/limits, grant by grant", async () => {
    const { gateway, call, fund, key } = await scene(paid("exact"));
    await fund(grantOf(5), { ...grantOf(2, "gra_2"), priority: 1 });
    for (let calls = 0; calls < 3; calls += 1) await finish(gateway, await call());
    await gateway.settle();
    const told = await gateway.call("https://api.test/.well-known/limits", { headers: { "x-api-key": key } });
    const { credits } = await told.json<{ credits: CreditView[] }>();
    expect(credits).toMatchObject([
      {
        subscription: "sub_1",
        plan: "plan",
        isPaid: true,
        available: 4,
        reserved: 0,
        writtenOff: 0,
        grants: [
          { id: "gra_2", units: 2, consumed: 2, available: 0, state: "open" },
          { id: "gra_1", units: 5, consumed: 1, available: 4, expiresAt: null },
        ],
      },
    ]);
  });
});
