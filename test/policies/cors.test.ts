import { describe, expect, it } from "vitest";
import { cors } from "../../src/policies/cors.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, codeOf, pipeline } from "../support/policy-run.ts";

policyCases({
  definition: cors,
  wrong: [
    { config: { origins: [] }, because: /too_small/ },
    { config: { origins: ["https://shop.example/"] }, because: /without a path/ },
    { config: { origins: ["shop.example"] }, because: /origin/ },
    { config: { origins: ["*"], credentials: true }, because: /Name the origins/ },
    { config: { methods: ["get"] }, because: /capitals/ },
    { config: { maxAgeSeconds: -1 }, because: /maxAgeSeconds/ },
  ],
  passes: {
    request: () => new Request("https://api.example/books", { headers: { origin: "https://shop.example" } }),
    config: { origins: ["https://shop.example"] },
  },
  refuses: [],
});

describe("cors", () => {
  const shop = "https://shop.example";
  const named = { origins: [shop, "https://*.shop.example"], exposedHeaders: ["X-Page"], credentials: true };
  const inner = { type: "require-principal" };
  const headersOf = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => /^access-control|vary/.test(name)));
  const preflight = (origin: string, headers: Record<string, string> = {}) =>
    new Request("https://api.example/books", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT", ...headers },
    });

  it("answers a preflight itself, before authentication", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: { ...named, maxAgeSeconds: 60 } }, inner] });
    const asked = preflight(shop, { "access-control-request-headers": "x-api-key, content-type" });
    const { response, seen, call } = await through(asked, callOf({ preflight: true }));
    expect(response.status).toBe(204);
    expect(seen).toHaveLength(0);
    expect(call.passage.map(({ verdict }) => verdict)).toEqual(["answered"]);
    expect(headersOf(response)).toEqual({
      "access-control-allow-origin": shop,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET,HEAD,POST,PUT,PATCH,DELETE",
      "access-control-allow-headers": "x-api-key,content-type",
      "access-control-expose-headers":
        "RateLimit,RateLimit-Policy,Retry-After,Gatehouse-Version,Deprecation,Sunset,Link,X-Page",
      "access-control-max-age": "60",
      vary: "Origin, Access-Control-Request-Headers",
    });
  });

  it("answers a preflight itself that asks for a WebSocket beside", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const { response, seen } = await through(preflight(shop, { upgrade: "websocket" }), callOf({ preflight: true }));
    expect(response.status).toBe(204);
    expect(seen).toHaveLength(0);
  });

  it("allows no origin that is not listed, and says that the answer varies", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    for (const origin of ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"]) {
      const { response } = await through(preflight(origin), callOf({ preflight: true }));
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      const { response: plain } = await through(new Request("https://api.example/", { headers: { origin } }));
      expect(plain.headers.get("access-control-allow-origin")).toBeNull();
      expect(plain.headers.get("vary")).toBe("Origin");
    }
  });

  it.each([
    ["https://a.shop.example", true],
    ["https://a.b.shop.example", true],
    ["https://shop.example", true],
    ["https://.shop.example", false],
    ["https://evil.example/.shop.example", false],
    ["https://evilshop.example", false],
    ["https://a.shop.example:8443", false],
  ])("reads the pattern: %s is allowed: %s", async (origin, allowed) => {
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const { response } = await through(new Request("https://api.example/", { headers: { origin } }));
    expect(response.headers.get("access-control-allow-origin")).toBe(allowed ? origin : null);
  });

  it("does not vary where every origin is allowed", async () => {
    const through = pipeline({ policies: [{ type: "cors" }] });
    const { response } = await through(new Request("https://api.example/", { headers: { origin: shop } }));
    expect(headersOf(response)).toEqual({
      "access-control-allow-origin": "*",
      "access-control-expose-headers":
        "RateLimit,RateLimit-Policy,Retry-After,Gatehouse-Version,Deprecation,Sunset,Link",
    });
  });

  it("marks refusals of inner policies", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: named }, inner] });
    const { response } = await through(new Request("https://api.example/", { headers: { origin: shop } }));
    expect(response.headers.get("access-control-allow-origin")).toBe(shop);
    expect(response.headers.get("www-authenticate")).not.toBeNull();
    expect(await codeOf(response)).toBe("credential-missing");
  });

  it("replaces what the upstream says, and keeps its Vary", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const upstream = async () =>
      new Response("", {
        headers: { "access-control-allow-origin": "*", "access-control-allow-private-network": "true", vary: "Accept" },
      });
    const { response } = await through(
      new Request("https://api.example/", { headers: { origin: "https://evil.example" } }),
      callOf(),
      upstream,
    );
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("access-control-allow-private-network")).toBeNull();
    expect(response.headers.get("vary")).toBe("Accept, Origin");
  });

  it("lets an OPTIONS request that is no preflight reach the upstream", async () => {
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const { response, seen } = await through(
      new Request("https://api.example/books", { method: "OPTIONS", headers: { origin: shop } }),
    );
    expect(seen[0]?.method).toBe("OPTIONS");
    expect(response.headers.get("x-upstream")).toBe("yes");
    expect(response.headers.get("access-control-allow-origin")).toBe(shop);
  });

  it("keeps several Set-Cookie headers, and compressed bytes as they are", async () => {
    const packed = await new Response(
      new Blob(["x".repeat(99)]).stream().pipeThrough(new CompressionStream("gzip")),
    ).bytes();
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const { response } = await through(
      new Request("https://api.example/", { headers: { origin: shop } }),
      callOf(),
      async () => {
        const headers = new Headers({ "content-encoding": "gzip" });
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        return new Response(packed, { headers, encodeBody: "manual" });
      },
    );
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.bytes()).toEqual(packed);
  });

  it.each(["websocket", "WebSocket"])("returns the answer to a handshake for %s as it is", async (upgrade) => {
    const { 0: client, 1: server } = new WebSocketPair();
    const answer = new Response(null, { status: 101, webSocket: client });
    const through = pipeline({ policies: [{ type: "cors", config: named }] });
    const request = new Request("https://api.example/", { headers: { origin: shop, upgrade } });
    const { response } = await through(request, callOf(), async () => answer);
    expect(response).toBe(answer);
    server.accept();
    server.close();
  });
});
