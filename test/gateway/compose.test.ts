import { describe, expect, it } from "vitest";
import { testGateway } from "../support/gateway.ts";

const books = "https://api.test/shop/v1/books";
const set = (id: string, value: string, more: object = {}) => ({
  id,
  type: "response-headers",
  config: { set: { [id]: value } },
  ...more,
});

describe("a composed list", () => {
  it("lets outer policies mark the refusals of inner ones", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: [
        { id: "cors", type: "cors", config: { origins: ["https://app.test"] } },
        { id: "door", type: "require-principal" },
      ],
    });
    const refused = await gateway.call(books, { headers: { origin: "https://app.test" } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://app.test");
  });

  it("answers a preflight before anybody is asked who they are, and only where cors stands", async () => {
    const preflight = {
      method: "OPTIONS",
      headers: { origin: "https://app.test", "access-control-request-method": "POST" },
    };
    const gateway = testGateway();
    gateway.publish({
      policies: [
        { id: "cors", type: "cors", config: { origins: ["https://app.test"] } },
        { id: "door", type: "require-principal" },
      ],
    });
    const answered = await gateway.call("https://api.test/shop/v1/orders", preflight);
    expect(answered.status).toBe(204);
    expect(answered.headers.get("access-control-allow-origin")).toBe("https://app.test");
    expect(gateway.seen).toHaveLength(0);

    const without = testGateway();
    without.publish();
    const refused = await without.call("https://api.test/shop/v1/orders", preflight);
    expect(refused.status).toBe(405);
    expect(refused.headers.get("allow")).toBe("POST");
  });

  it("runs a policy only while all its conditions hold, and never a disabled one", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: [
        set("x-off", "1", { enabled: false }),
        set("x-get", "1", { when: [{ on: "method", in: ["GET"] }] }),
        set("x-post", "1", { when: [{ on: "method", in: ["POST"] }] }),
        set("x-both", "1", {
          when: [
            { on: "path", prefix: "/books" },
            { on: "header", name: "x-try", equals: "1" },
          ],
        }),
        set("x-operation", "1", { when: [{ on: "operation", in: ["GET /books"] }] }),
        set("x-known", "1", { when: [{ on: "authenticated", is: true }] }),
      ],
    });
    const plain = await gateway.call(books);
    const names = (response: Response) => [...response.headers.keys()].filter((name) => name.startsWith("x-")).sort();
    expect(names(plain)).toEqual(["x-get", "x-operation"]);
    expect(names(await gateway.call(books, { headers: { "x-try": "1" } }))).toEqual(["x-both", "x-get", "x-operation"]);
  });

  it("guards HEAD with what guards GET, and a path however it is written", async () => {
    const gateway = testGateway();
    gateway.publish({
      routes: [
        ["GET", "/users/@me"],
        ["GET", "/users/@meta"],
        ["GET", "/books"],
      ],
      policies: [
        {
          id: "reads",
          type: "require-principal",
          when: [
            { on: "method", in: ["GET"] },
            { on: "path", prefix: "/books" },
          ],
        },
        { id: "mine", type: "require-principal", when: [{ on: "path", prefix: "/users/@me" }] },
      ],
    });
    const status = async (path: string, method = "GET") =>
      (await gateway.call(`https://api.test/shop/v1${path}`, { method })).status;
    expect(await status("/books", "HEAD")).toBe(401);
    expect(await status("/users/@me")).toBe(401);
    expect(await status("/users/%40me")).toBe(401);
    expect(await status("/users/@meta")).toBe(200);
  });

  it("lets every call pass a policy in shadow, and still tells what it would have done", async () => {
    const gateway = testGateway();
    gateway.publish({
      policies: [
        { id: "office", type: "ip-restriction", mode: "shadow", config: { allow: ["10.0.0.0/8"] } },
        { id: "door", type: "require-principal", when: [{ on: "header", name: "x-closed" }] },
      ],
    });
    const from = { "cf-connecting-ip": "203.0.113.9" };
    expect((await gateway.call(books, { headers: from })).status).toBe(200);
    expect((await gateway.call(books, { headers: { ...from, "x-closed": "1" } })).status).toBe(401);
  });

  it("answers 503 for what this build cannot compose, says why only to the operator, and serves the rest", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: [{ id: "later", type: "from-the-future", config: {} }] });
    gateway.publish({ prefix: "/other" });
    const refused = await gateway.call(books);
    expect(refused.status).toBe(503);
    expect(await refused.text()).not.toContain("from-the-future");
    expect(String(gateway.problems[0]?.cause)).toContain("from-the-future");
    expect((await gateway.call("https://api.test/other/v1/books")).status).toBe(200);
  });

  it("asks limiters that stand side by side in one question", async () => {
    const gateway = testGateway();
    const limits = [{ name: "burst", algorithm: "fixed-window", callsMax: 100, windowMs: 60_000 }];
    gateway.publish({
      products: ["prod_1"],
      policies: [
        { id: "key", type: "require-key" },
        { id: "burst", type: "rate-limit", config: { by: "application", mode: "exact", limits } },
      ],
    });
    const plan = { name: "hour", algorithm: "fixed-window" as const, callsMax: 5, windowMs: 3_600_000 };
    const key = await gateway.key({ mode: "exact", onFailure: "refuse", limits: [plan] });
    await gateway.call(books, { headers: { "x-api-key": key } });
    gateway.trips.length = 0;
    const response = await gateway.call(books, { headers: { "x-api-key": key } });
    expect(response.status).toBe(200);
    expect(gateway.trips.filter((trip) => trip === "ledger")).toHaveLength(1);
    expect(response.headers.get("ratelimit-policy")).toBe('"hour";q=5;w=3600, "burst";q=100;w=60');
  });
});
