import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltGatehouse, startBuilt } from "../support/node/built-worker.ts";
import { send, sendRaw } from "../support/node/http-client.ts";
import * as upstreams from "../support/node/scripted-upstream.ts";

describe("the built worker", () => {
  let gatehouse: BuiltGatehouse;
  beforeAll(async () => {
    gatehouse = await startBuilt({ gateways: 2 });
  });
  afterAll(() => gatehouse?.stop());

  it("answers on the socket of each isolate", async () => {
    const answers = await Promise.all([0, 1].map((gateway) => gatehouse.call("/", { gateway })));
    for (const answer of answers) expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(new Set(gatehouse.origins).size).toBe(2);
  });

  it("shares one storage between the isolates", async () => {
    const first = await gatehouse.miniflare.getKVNamespace("REGISTRY", "gateway-1");
    const second = await gatehouse.miniflare.getKVNamespace("REGISTRY", "gateway-2");
    await first.put("shared", "yes");
    expect(await second.get("shared")).toBe("yes");
  });

  it("keeps wrangler's bookkeeping of migrations, and applies none twice", async () => {
    const db = await gatehouse.miniflare.getD1Database("DB", "gateway-1");
    const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
    expect(results.length).toBe(new Set(results.map((row) => row.name)).size);
  });

  it("measures the workerd process", async () => {
    expect(await gatehouse.rssKiB()).toBeGreaterThan(10_000);
    expect(await gatehouse.cpuMs()).toBeGreaterThan(0);
  });
});

describe("the scripted upstream", () => {
  let upstream: upstreams.ScriptedUpstream;
  beforeAll(async () => {
    upstream = await upstreams.startUpstream();
  });
  afterAll(() => upstream?.stop());

  it("echoes what it saw, path and spelling kept", async () => {
    const answer = await send(upstream.url, "/a%2Fb/../c?x=1", { headers: { "X-One": "1" } });
    expect(answer.json()).toMatchObject({ method: "GET", url: "/a%2Fb/../c?x=1", headers: { "x-one": "1" } });
  });

  it("breaks off in the middle of a body", async () => {
    upstream.script("/reset", upstreams.resetMidBody());
    const answer = await send(upstream.url, "/reset");
    expect(answer).toMatchObject({ status: 200, text: "half a bo", complete: false });
  });

  it("resets before its head, and notices a caller that leaves", async () => {
    upstream.script("/reset", upstreams.resetBeforeHead());
    await expect(send(upstream.url, "/reset")).rejects.toThrow("ECONNRESET");
    upstream.script("/stall", upstreams.stallMidBody());
    const call = send(upstream.url, "/stall", { signal: AbortSignal.timeout(100) });
    await call.catch(() => undefined);
    await expect.poll(() => upstream.seen.at(-1)?.aborted).toBe(true);
  });

  it("speaks something that is not HTTP", async () => {
    upstream.script("/garbage", upstreams.garbage());
    expect(await sendRaw(upstream.url, "GET /garbage HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(/^SSH-2.0/);
    upstream.script("/lengths", upstreams.twoContentLengths());
    expect(await sendRaw(upstream.url, "GET /lengths HTTP/1.1\r\nHost: a\r\n\r\n")).toContain("Content-Length: 5");
  });

  it("streams without keeping, and counts what it is sent", async () => {
    const bytes = 5_000_001;
    let received = 0;
    upstream.script("/stream", upstreams.stream(bytes));
    await send(upstream.url, "/stream", { onChunk: (chunk) => (received += chunk.length) });
    expect(received).toBe(bytes);
    upstream.script("/count", upstreams.count());
    const answer = await send(upstream.url, "/count", { method: "POST", body: Buffer.alloc(bytes) });
    expect(answer.json()).toEqual({ bytes });
  });
});
