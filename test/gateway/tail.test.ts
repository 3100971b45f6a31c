import { describe, expect, it, vi } from "vitest";
import type { PolicyEntry } from "../../src/model/policy-entry.ts";
import { testGateway, type TestGateway } from "../support/gateway.ts";

/** A gateway whose upstream answers in one piece: a call has ended once it is answered. */
function gatewayOf(policies: readonly Partial<PolicyEntry>[] = []): TestGateway {
  const g = testGateway();
  g.publish({ policies });
  g.upstream = () => new Response("one", { headers: { "content-length": "3" } });
  return g;
}

/** Waits until the tail has been told of something. */
const toldOf = (g: TestGateway) => vi.waitFor(() => expect(g.reported).not.toEqual([]), { timeout: 3_000 });

describe("the live tail", () => {
  it("costs nothing while nobody watches", async () => {
    const g = gatewayOf();
    await g.call("https://api.test/shop/v1/books");
    g.tailed = [g.ids.workspace];
    g.advance(11_000);
    await g.call("https://api.test/shop/v1/orders", { method: "POST" });
    // The first call is not among those that are told of.
    await toldOf(g);
    expect(g.reported).toMatchObject([{ lines: [{ method: "POST" }] }]);
  });

  it("tells whoever watches of calls that passed and that were refused, without their query", async () => {
    const g = gatewayOf([{ id: "known", type: "require-principal", when: [{ on: "method", in: ["POST"] }] }]);
    g.tailed = [g.ids.workspace];
    await g.call("https://api.test/shop/v1/books?api_key=secret");
    await g.call("https://api.test/shop/v1/orders", { method: "POST" });
    await g.call("https://api.test/shop/v9/books");
    await toldOf(g);
    expect(g.reported).toMatchObject([
      {
        skipped: 0,
        lines: [
          { method: "GET", path: "/shop/v1/books", status: 200, api: "api_1", apiSlug: "shop", version: "v1" },
          { method: "POST", path: "/shop/v1/orders", status: 401, refusedBy: "known", operation: "POST /orders" },
          { path: "/shop/v9/books", status: 404, refusedBy: "gateway" },
        ],
      },
    ]);
    expect(JSON.stringify(g.reported)).not.toContain("secret");
  });

  it("sends lines together, and counts what are too many", async () => {
    const g = gatewayOf();
    g.tailed = [g.ids.workspace];
    await Promise.all(Array.from({ length: 130 }, () => g.call("https://api.test/shop/v1/books")));
    await toldOf(g);
    expect(g.reported.map(({ lines, skipped }) => [lines.length, skipped])).toEqual([[100, 30]]);
  });

  it("stops once the Beacon says that nobody watches", async () => {
    const g = gatewayOf();
    g.tailed = [g.ids.workspace];
    await g.call("https://api.test/shop/v1/books");
    g.tailed = [];
    g.advance(11_000);
    await g.call("https://api.test/shop/v1/books");
    g.tailed = [g.ids.workspace];
    g.advance(11_000);
    await g.call("https://api.test/shop/v1/orders", { method: "POST" });
    await vi.waitFor(() =>
      expect(g.reported.flatMap(({ lines }) => lines.map(({ method }) => method))).toContain("POST"),
    );
    expect(g.reported.flatMap(({ lines }) => lines)).toHaveLength(2);
  });
});
