/**
 * What the network and both ends may do to a call, through the built worker on real sockets.
 */
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { serveAtEdge } from "../support/node/edge-form.ts";
import {
  answer,
  count,
  garbage,
  raw,
  resetBeforeHead,
  resetMidBody,
  stallBeforeHead,
  stallMidBody,
  startUpstream,
  stream,
  twoContentLengths,
  type ScriptedUpstream,
} from "../support/node/scripted-upstream.ts";

const bytes = 100 * 1024 * 1024;

let upstream: ScriptedUpstream;
let gatehouse: BuiltGatehouse;

beforeAll(async () => {
  upstream = await startUpstream();
  gatehouse = await startBuilt({ upstreams: [upstream] });
  await serveAtEdge(gatehouse, {
    "/edge": { target: upstream.url, timeouts: { firstByteMs: 400, idleMs: 400 } },
    "/large": { target: upstream.url },
  });
});
afterAll(async () => {
  await gatehouse?.stop();
  await upstream?.stop();
});

const call = (path: string, options: Parameters<BuiltGatehouse["call"]>[1] = {}) =>
  gatehouse.call(`/edge/v1${path}`, options);
const statusOf = (raw: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1] ?? 0);
const rawGet = (target: string, headers = "") =>
  gatehouse.raw(`GET ${target} HTTP/1.1\r\nHost: api.localhost\r\n${headers}Connection: close\r\n\r\n`);

describe("an upstream that", () => {
  it("resets before its answer is a 502 problem", async () => {
    upstream.script("/reset", resetBeforeHead());
    const refused = await call("/reset");
    expect(refused.status).toBe(502);
    expect(refused.json()).toMatchObject({ code: "upstream-unreachable", status: 502 });
  });

  it("answers what is not HTTP, or with two lengths, is a 502 problem", async () => {
    upstream.script("/garbage", garbage());
    expect((await call("/garbage")).status).toBe(502);
    upstream.script("/two-lengths", twoContentLengths());
    expect((await call("/two-lengths")).status).toBe(502);
  });

  it("does not answer in time is a 504 problem, and its connection is let go", async () => {
    upstream.script("/stall", stallBeforeHead());
    const refused = await call("/stall");
    expect(refused.status).toBe(504);
    expect(refused.json()).toMatchObject({ code: "upstream-timeout" });
    await vi.waitFor(() => expect(upstream.seen.find(({ url }) => url === "/stall")?.aborted).toBe(true));
  });

  it("breaks off in mid-body leaves an answer that nobody takes for a whole one", async () => {
    upstream.script("/broken", resetMidBody());
    const broken = await call("/broken");
    expect(broken.status).toBe(200);
    expect(broken.complete).toBe(false);
  });

  it("falls silent in mid-body is cut after idleMs", async () => {
    upstream.script("/silent", stallMidBody("x".repeat(100_000)));
    const silent = await call("/silent");
    expect(silent.complete).toBe(false);
    await vi.waitFor(() => expect(upstream.seen.find(({ url }) => url === "/silent")?.aborted).toBe(true));
  });

  it("compresses is passed on byte for byte, with its length", async () => {
    const { gzipSync } = await import("node:zlib");
    const packed = gzipSync("compressed by the upstream ".repeat(100));
    upstream.script(
      "/gzip",
      answer({ body: packed, headers: { "content-encoding": "gzip", "content-type": "text/plain" } }),
    );
    const chunks: Buffer[] = [];
    const passed = await call("/gzip", {
      headers: { "accept-encoding": "gzip" },
      onChunk: (chunk) => chunks.push(chunk),
    });
    expect(passed.headers["content-encoding"]).toBe("gzip");
    expect(passed.headers["content-length"]).toBe(String(packed.length));
    expect(Buffer.concat(chunks).equals(packed)).toBe(true);
  });
});

describe("a caller that", () => {
  it("hangs up in mid-body frees the upstream's connection", async () => {
    upstream.script("/long", stream(bytes, { chunked: true }));
    const hangUp = new AbortController();
    let received = 0;
    const cut = call("/long", {
      signal: hangUp.signal,
      onChunk(chunk) {
        received += chunk.length;
        if (received > 1_000_000) hangUp.abort();
      },
    });
    await cut.catch(() => undefined);
    await vi.waitFor(() => expect(upstream.seen.find(({ url }) => url === "/long")?.aborted).toBe(true), 5_000);
    expect((await call("/after")).status).toBe(200);
  });

  it("sends two lengths that differ is refused, and nothing reaches the upstream", async () => {
    const before = upstream.seen.length;
    const raw = await gatehouse.raw(
      "POST /edge/v1/smuggle HTTP/1.1\r\nHost: api.localhost\r\nContent-Length: 4\r\nContent-Length: 7\r\n\r\nabcdefg",
    );
    expect(statusOf(raw)).toBe(400);
    const both = await gatehouse.raw(
      "POST /edge/v1/smuggle HTTP/1.1\r\nHost: api.localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    // Either refused or read as chunked alone (RFC 9112 §6.3): never forwarded with both.
    for (const { url, rawHeaders } of upstream.seen.slice(before)) {
      expect(url).toBe("/smuggle");
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(names.includes("content-length") && names.includes("transfer-encoding")).toBe(false);
    }
    expect([200, 400]).toContain(statusOf(both));
  });

  it("sends a bomb of headers is refused with 431", async () => {
    const before = upstream.seen.length;
    const many = Array.from({ length: 1_000 }, (_, index) => `X-Bomb-${index}: 1\r\n`).join("");
    expect(statusOf(await rawGet("/edge/v1/a", many))).toBe(431);
    expect(statusOf(await rawGet("/edge/v1/a", `X-Big: ${"a".repeat(80_000)}\r\n`))).toBe(431);
    expect(upstream.seen.length).toBe(before);
    expect((await call("/a")).status).toBe(200);
  });

  it.each([
    ["/edge/v1/a%2Fb", 200, "/a%2Fb"],
    ["/edge/v1/x/../a", 200, "/a"],
    ["/edge/v1/x/%2e%2e/a", 200, "/a"],
    ["/edge/v1/x/%2E./a", 200, "/a"],
    ["/edge/v1/a//b", 400, null],
    ["/edge/v1/a/..%2f..%2fetc", 400, null],
    ["/edge/v1/%2e%2e%5cetc", 400, null],
    ["/edge/v1/%ff", 400, null],
    ["/edge/../../v1/a", 404, null],
    ["//edge/v1/a", 400, null],
  ])("asks for %s gets %d, and the upstream sees what was matched", async (target, status, seen) => {
    upstream.clear();
    expect(statusOf(await rawGet(target))).toBe(status);
    expect(upstream.seen.map(({ url }) => url)).toEqual(seen === null ? [] : [seen]);
  });
});

describe("what clients and servers really send", () => {
  it("a GET with an empty body is a GET, one with a body is refused", async () => {
    const empty = await rawGet("/edge/v1/a", "Content-Length: 0\r\n");
    expect(statusOf(empty)).toBe(200);
    const full = await gatehouse.raw(
      "GET /edge/v1/a HTTP/1.1\r\nHost: api.localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    );
    expect(statusOf(full)).toBe(400);
    expect(full).toContain("request-malformed");
  });

  it("a Host that is none is refused as malformed", async () => {
    const raw = await gatehouse.raw("GET /edge/v1/a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n");
    expect(statusOf(raw)).toBe(400);
  });

  it("a status that is none of HTTP's is the upstream's failure", async () => {
    upstream.script("/odd", raw("HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok"));
    const refused = await call("/odd");
    expect(refused.status).toBe(502);
    expect(refused.json()).toMatchObject({ code: "upstream-unreachable" });
  });

  it("an answer that begins before the upload has ended is not cut by the wait for it", async () => {
    upstream.script("/early", async (request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("begun ");
      for await (const _ of request);
      await wait(900);
      response.end("ended");
    });
    const body = Readable.from(
      (async function* () {
        for (let piece = 0; piece < 4; piece += 1) {
          yield Buffer.alloc(32 * 1024, "x");
          await wait(100);
        }
      })(),
    );
    const answered = await gatehouse.call("/large/v1/early", { method: "POST", body });
    expect(answered.text).toBe("begun ended");
    expect(answered.complete).toBe(true);
  });

  it("a refusal has a length, and HEAD has none of its body", async () => {
    const refused = await call("/..;/x");
    expect(refused.status).toBe(400);
    expect(refused.headers["content-length"]).toBe(String(Buffer.byteLength(refused.text)));
    const head = await gatehouse.call("/edge/v9/a", { method: "HEAD" });
    expect(head.status).toBe(404);
    expect(head.text).toBe("");
  });
});

describe("100 MB", () => {
  /** Highest resident memory of the runtime while `work` runs, over what it was before, in MiB. */
  async function growth(work: () => Promise<unknown>): Promise<number> {
    const before = await gatehouse.rssKiB();
    let peak = before;
    const sampling = new AbortController();
    const sampled = (async () => {
      while (!sampling.signal.aborted) {
        peak = Math.max(peak, await gatehouse.rssKiB());
        await wait(20);
      }
    })();
    try {
      await work();
    } finally {
      sampling.abort();
      await sampled;
    }
    return (peak - before) / 1024;
  }

  it.each([
    ["with its length", false],
    ["chunked", true],
  ])("come down %s with memory flat", async (_, chunked) => {
    upstream.script("/download", stream(bytes, { chunked }));
    let received = 0;
    const grown = await growth(async () => {
      const { complete } = await gatehouse.call("/large/v1/download", {
        onChunk: (chunk) => void (received += chunk.length),
      });
      expect(complete).toBe(true);
    });
    expect(received).toBe(bytes);
    expect(grown).toBeLessThan(50);
  });

  it("go up with memory flat", async () => {
    upstream.script("/upload", count());
    const block = Buffer.alloc(64 * 1024, "x");
    const body = Readable.from(
      (function* () {
        for (let sent = 0; sent < bytes; sent += block.length) yield block;
      })(),
    );
    const grown = await growth(async () => {
      const { status, text } = await gatehouse.call("/large/v1/upload", {
        method: "POST",
        body,
        headers: { "content-length": String(bytes) },
      });
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({ bytes });
    });
    expect(upstream.seen.findLast(({ url }) => url === "/upload")?.headers["content-length"]).toBe(String(bytes));
    expect(grown).toBeLessThan(50);
  });
});
