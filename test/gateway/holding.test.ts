/** What calls hold until they have ended: permits, and what is reserved for a cost that is known only then. */
import { describe, expect, it, vi } from "vitest";
import type { GatewayPorts } from "../../src/gateway/ports.ts";
import type { LimitMode, PlanLimits } from "../../src/model/limit.ts";
import { testGateway, type TestGateway } from "../support/gateway.ts";

const keyed = [
  { id: "key", type: "require-key" },
  { id: "door", type: "require-principal" },
];
const url = "https://api.test/shop/v1/books";
const inFlight = (callsMax: number, mode: LimitMode): PlanLimits => ({
  mode,
  onFailure: "refuse",
  limits: [{ name: "in-flight", algorithm: "concurrency", callsMax }],
});
const hourly = (callsMax: number, weights?: PlanLimits["weights"]): PlanLimits => ({
  mode: "exact",
  onFailure: "refuse",
  limits: [{ name: "per-hour", algorithm: "fixed-window", callsMax, windowMs: 3_600_000 }],
  ...(weights === undefined ? {} : { weights }),
});

/** An upstream whose bodies stay open until the test ends them. */
function openBodies(gateway: TestGateway): { end(index: number): Promise<void> } {
  const writers: WritableStreamDefaultWriter[] = [];
  gateway.upstream = () => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    writers.push(writer);
    return new Response(readable);
  };
  return {
    async end(index) {
      await writers[index]?.write(new TextEncoder().encode("end"));
      await writers[index]?.close();
    },
  };
}

/** Reads it all, and waits until the gateway has seen its end. */
async function finish(gateway: TestGateway, ...responses: readonly Response[]): Promise<void> {
  const ended = gateway.usage.length + responses.length;
  await Promise.all(responses.map((response) => response.text()));
  await vi.waitFor(() => expect(gateway.usage.length).toBeGreaterThanOrEqual(ended));
}

const remainingIn = (response: Response): number =>
  Number(/;r=(\d+)/.exec(response.headers.get("ratelimit") ?? "")?.[1] ?? Number.NaN);

describe.each<LimitMode>(["exact", "leased"])("calls in flight, %s", (mode) => {
  it("admits so many at a time, each until its body has ended", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(inFlight(2, mode)) };
    const bodies = openBodies(gateway);
    const first = await gateway.call(url, { headers });
    const second = await gateway.call(url, { headers });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get("ratelimit-policy")).toBe('"in-flight";q=2;qu="concurrent-requests"');
    expect(second.headers.get("ratelimit")).toBe('"in-flight";r=0');
    const third = await gateway.call(url, { headers });
    expect(third.status).toBe(429);
    expect(third.headers.get("retry-after")).toBe("1");
    expect((await third.json<{ "violated-policies": string[] }>())["violated-policies"]).toEqual(["in-flight"]);

    await Promise.all([finish(gateway, first), bodies.end(0)]);
    const fourth = await gateway.call(url, { headers });
    expect(fourth.status).toBe(200);
    expect((await gateway.call(url, { headers })).status).toBe(429);
    await Promise.all([finish(gateway, second, fourth), bodies.end(1), bodies.end(2)]);
  });

  it("lets go of the permit of a caller who has left, and of a call that was refused further in", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: [...keyed, { id: "size", type: "request-size", config: { bodyBytesMax: 1 } }],
      products: ["prod_1"],
    });
    const headers = { "x-api-key": await gateway.key(inFlight(1, mode)) };
    const bodies = openBodies(gateway);
    const left = await gateway.call(url, { headers });
    await left.body?.cancel();
    // Where the reader is gone is only seen when something is to be written.
    await bodies.end(0).catch(() => undefined);
    await vi.waitFor(() => expect(gateway.usage).toHaveLength(1));
    const refused = await gateway.call("https://api.test/shop/v1/orders", {
      method: "POST",
      headers: { ...headers, "content-length": "8" },
      body: "too long",
    });
    expect(refused.status).toBe(413);
    expect((await gateway.call(url, { headers })).status).toBe(200);
  });
});

describe("a permit that is lost", () => {
  /** A ledger that grants what is asked for, and is then out of reach. */
  const fleeting: Partial<GatewayPorts> = {
    ledger: {
      peek: async () => ({ verdict: null, limits: [] }),
      async ask(_ledger, ask) {
        if (ask.take === null && Object.keys(ask.hold).length === 0) throw new Error("out of reach");
        return {
          seq: ask.seq,
          ok: true,
          deniedBy: null,
          retryMs: 0,
          verdict: null,
          lease: ask.lease,
          stale: false,
          spareMs: 0,
          holdMs: 1_500,
          renewed: [ask.lease],
          granted: { ...ask.hold },
          reportsApplied: 0,
          at: 0,
          remaining: {},
        };
      },
    },
  };

  /** A gateway whose waits end when the test says so. */
  async function gatewayWith(limits: PlanLimits) {
    const waiting: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => void waiting.push(resolve));
    const gateway = testGateway({ ...fleeting, wait });
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    /** So much time passes, and whatever waited looks again. */
    const pass = async (ms: number): Promise<void> => {
      gateway.advance(ms);
      for (const resolve of waiting.splice(0)) resolve();
      await scheduler.wait(0);
    };
    return { gateway, pass, headers: { "x-api-key": await gateway.key(limits) } };
  }

  it("ends the call while its body comes, and one that still waits for its answer", async () => {
    const { gateway, pass, headers } = await gatewayWith(inFlight(2, "exact"));
    openBodies(gateway);
    const coming = await gateway.call(url, { headers });
    expect(coming.status).toBe(200);
    const read = coming.text();
    const cut = expect(read).rejects.toThrow();
    await pass(1_400);
    await pass(200);
    await cut;

    const { promise: never } = Promise.withResolvers<Response>();
    gateway.upstream = () => never;
    const answer = gateway.call(url, { headers });
    await vi.waitFor(() => expect(gateway.seen).toHaveLength(2));
    await pass(1_600);
    const waiting = await answer;
    expect(waiting.status).toBe(503);
    expect((await waiting.json<{ code: string }>()).code).toBe("permit-lost");
    expect(gateway.usage.at(-1)).toMatchObject({ problem: "permit-lost" });
  });

  it("lets the call go on where the limit says so", async () => {
    const limit = { name: "in-flight", algorithm: "concurrency", callsMax: 2, onPermitLost: "continue" } as const;
    const { gateway, pass, headers } = await gatewayWith({ ...inFlight(2, "exact"), limits: [limit] });
    const bodies = openBodies(gateway);
    const response = await gateway.call(url, { headers });
    // Long enough for the other kind of call to be cut.
    await pass(1_400);
    await pass(60_000);
    await Promise.all([finish(gateway, response), bodies.end(0)]);
    expect(gateway.usage.at(-1)).toMatchObject({ status: 200, aborted: false });
  });
});

describe("a cost that is known at the end", () => {
  const pricing = (config: Record<string, unknown>) => [...keyed, { id: "cost", type: "call-cost", config }];

  it("is reserved, then settled by what the response says, and metered so", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: pricing({ units: 6, from: { of: "response-header", name: "x-rows" } }),
      products: ["prod_1"],
    });
    const headers = { "x-api-key": await gateway.key(hourly(10)) };
    gateway.upstream = () => new Response("rows", { headers: { "x-rows": "2" } });
    const first = await gateway.call(url, { headers });
    expect(remainingIn(first)).toBe(4);
    await finish(gateway, first);
    const second = await gateway.call(url, { headers });
    expect(remainingIn(second)).toBe(2);
    await finish(gateway, second);
    const third = await gateway.call(url, { headers });
    expect(remainingIn(third)).toBe(0);
    await finish(gateway, third);
    // Four are left: less than may be needed.
    expect((await gateway.call(url, { headers })).status).toBe(429);
    expect(gateway.usage.map(({ units }) => units)).toEqual([2, 2, 2, 6]);
  });

  it("counts the bytes of a body that streams, beyond what was reserved too", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: pricing({ units: 1, from: { of: "response-bytes", bytesPerUnit: 1_000 } }),
      products: ["prod_1"],
    });
    const headers = { "x-api-key": await gateway.key(hourly(10)) };
    gateway.upstream = () => new Response(new Blob(["x".repeat(6_500)]).stream());
    await finish(gateway, await gateway.call(url, { headers }));
    const second = await gateway.call(url, { headers });
    expect(remainingIn(second)).toBe(2);
    await finish(gateway, second);
    expect(gateway.usage.map(({ units }) => units)).toEqual([7, 7]);
  });

  it("is charged even where nothing was to be reserved for it", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: pricing({ units: 0, from: { of: "response-header", name: "x-rows" } }),
      products: ["prod_1"],
    });
    const headers = { "x-api-key": await gateway.key(hourly(10)) };
    gateway.upstream = () => new Response("rows", { headers: { "x-rows": "9" } });
    await finish(gateway, await gateway.call(url, { headers }));
    expect(remainingIn(await gateway.call(url, { headers }))).toBe(0);
    expect((await gateway.call(url, { headers })).status).toBe(429);
  });

  it("costs nothing where the answer is of another status", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: pricing({ units: 5, statuses: ["2xx"] }), products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(hourly(5)) };
    gateway.upstream = () => new Response("no", { status: 404 });
    for (let call = 0; call < 3; call += 1) await finish(gateway, await gateway.call(url, { headers }));
    gateway.upstream = () => new Response("yes");
    const paid = await gateway.call(url, { headers });
    expect(paid.status).toBe(200);
    await finish(gateway, paid);
    expect((await gateway.call(url, { headers })).status).toBe(429);
    expect(gateway.usage.map(({ status, units }) => [status, units])).toEqual([
      [404, 0],
      [404, 0],
      [404, 0],
      [200, 5],
      [429, 0],
    ]);
  });

  it("is the plan's where it has a weight for the operation", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: pricing({ units: 2 }), products: ["prod_1"] });
    const weights = [
      { operation: "GET /books", api: "another", units: 1 },
      { operation: "GET /books", api: "shop", units: 7 },
    ];
    const headers = { "x-api-key": await gateway.key(hourly(10, weights)) };
    const heavy = await gateway.call(url, { headers });
    expect(remainingIn(heavy)).toBe(3);
    const usual = await gateway.call(`${url}/978`, { headers });
    expect(remainingIn(usual)).toBe(1);
    await finish(gateway, heavy, usual);
    expect(gateway.usage.map(({ units }) => units)).toEqual([7, 2]);
  });
});
