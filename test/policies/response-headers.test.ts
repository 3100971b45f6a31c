import { expect, it } from "vitest";
import { responseHeaders } from "../../src/policies/response-headers.ts";
import { policyCases } from "../support/policy-case.ts";
import { callOf, run } from "../support/policy-run.ts";

policyCases({
  definition: responseHeaders,
  wrong: [
    { config: {}, because: /at least one/ },
    { config: { set: { "Content-Length": "0" } }, because: /leave it to the gateway/ },
    { config: { set: { "x-a": "ünïcode" } }, because: /printable/ },
    { config: { set: { "Service-Worker-Allowed": "/" } }, because: /service workers/ },
    { config: { add: { "service-worker-allowed": "/" } }, because: /service workers/ },
    ...["__Host-gatehouse-console=1; Path=/; Secure", "__host-Gatehouse=1", "=__Host-gatehouse=1"].flatMap((value) =>
      ["set", "add"].map((field) => ({
        config: { [field]: { "Set-Cookie": value } },
        because: /the gateway's own; choose/,
      })),
    ),
  ],
  passes: { config: { set: { "x-frame-options": "DENY" } } },
  refuses: [],
});

it("changes what the upstream sent, and keeps its status and cookies", async () => {
  const { response } = await run({
    policies: [
      { type: "response-headers", config: { remove: ["Server"], set: { "x-a": "1" }, add: { vary: "Accept" } } },
    ],
    upstream: async () => {
      const headers = new Headers({ server: "secret", vary: "Origin" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return new Response("made", { status: 201, statusText: "Made", headers });
    },
  });
  expect(response.status).toBe(201);
  expect(response.statusText).toBe("Made");
  expect(response.headers.get("server")).toBeNull();
  expect(response.headers.get("x-a")).toBe("1");
  expect(response.headers.get("vary")).toBe("Origin, Accept");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

it.each([
  { remove: ["service-worker-allowed"] },
  { set: { "content-security-policy": "default-src 'self'" } },
  { add: { "set-cookie": "theme=gatehouse; Secure" } },
])("takes %j", (config) => {
  expect(responseHeaders.config.safeParse(config).success).toBe(true);
});

it("changes immutable responses, such as fetched ones", async () => {
  const { response } = await run({
    policies: [{ type: "response-headers", config: { set: { "x-a": "1" } } }],
    upstream: async () => Response.redirect("https://elsewhere.example/", 302),
  });
  expect(response.headers.get("x-a")).toBe("1");
});

it("passes compressed bytes as they are", async () => {
  const packed = await new Response(
    new Blob(["x".repeat(99)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const { response } = await run({
    policies: [{ type: "response-headers", config: { set: { "x-a": "1" } } }],
    upstream: async () => new Response(packed, { headers: { "content-encoding": "gzip" }, encodeBody: "manual" }),
  });
  expect(await response.bytes()).toEqual(packed);
});

it("returns the answer to a WebSocket handshake as it is", async () => {
  const { 0: client, 1: server } = new WebSocketPair();
  const answer = new Response(null, { status: 101, webSocket: client });
  const { response } = await run({
    policies: [{ type: "response-headers", config: { set: { "x-a": "1" } } }],
    call: callOf(),
    upstream: async () => answer,
  });
  expect(response).toBe(answer);
  server.accept();
  server.close();
});
