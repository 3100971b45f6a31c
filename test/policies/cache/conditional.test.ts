import { beforeEach, describe, expect, it } from "vitest";
import { gateway, kept, keptKeys, mustNotAsk, reset, world } from "../../support/cache-case.ts";

beforeEach(reset);

describe("conditional requests", () => {
  const tagged = () =>
    kept("one", "max-age=60", {
      etag: '"v1"',
      "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT",
      "content-type": "text/plain",
      "x-extra": "1",
    });

  it.each([
    ["if-none-match", '"v1"', 304],
    ["if-none-match", 'W/"v1"', 304],
    ["if-none-match", '"v0", "v1"', 304],
    ["if-none-match", "*", 304],
    ["if-none-match", '"v0"', 200],
    ["if-modified-since", "Mon, 01 Jan 2024 00:00:00 GMT", 304],
    ["if-modified-since", "Tue, 02 Jan 2024 00:00:00 GMT", 304],
    ["if-modified-since", "Sun, 31 Dec 2023 00:00:00 GMT", 200],
    ["if-modified-since", "whenever", 200],
  ])("%s: %s is answered %i from what is kept", async (name, value, status) => {
    const get = gateway();
    await get("/books", tagged);
    const { response, text, outcome } = await get("/books", mustNotAsk, { headers: { [name]: value } });
    expect(response.status).toBe(status);
    expect(outcome).toBe("hit");
    expect(text).toBe(status === 304 ? "" : "one");
    expect(response.headers.get("etag")).toBe('"v1"');
    expect(response.headers.get("cache-control")).toBe("max-age=60");
    expect(response.headers.get("age")).toBe("0");
    expect(response.headers.get("content-type")).toBe(status === 304 ? null : "text/plain");
  });

  it("lets If-None-Match decide where both stand", async () => {
    const get = gateway();
    await get("/books", tagged);
    const headers = { "if-none-match": '"v0"', "if-modified-since": "Tue, 02 Jan 2024 00:00:00 GMT" };
    expect((await get("/books", mustNotAsk, { headers })).response.status).toBe(200);
  });

  it("asks the upstream whether a stale response still holds, and keeps it on a 304", async () => {
    const get = gateway();
    await get("/books", tagged);
    world.now += 61_000;
    const confirmed = await get(
      "/books",
      () =>
        new Response(null, { status: 304, headers: { etag: '"v1"', "cache-control": "max-age=90", "x-extra": "2" } }),
    );
    expect(confirmed.upstream?.headers.get("if-none-match")).toBe('"v1"');
    expect(confirmed.upstream?.headers.get("if-modified-since")).toBe("Mon, 01 Jan 2024 00:00:00 GMT");
    expect(confirmed.response.status).toBe(200);
    expect(confirmed.text).toBe("one");
    expect(confirmed.outcome).toBe("revalidated");
    expect(confirmed.status).toBe("gatehouse;fwd=stale;fwd-status=304;stored");
    expect(confirmed.response.headers.get("age")).toBe("0");
    world.now += 80_000;
    const hit = await get("/books", mustNotAsk);
    expect(hit.text).toBe("one");
    expect(hit.response.headers.get("x-extra")).toBe("2");
    expect(hit.response.headers.get("content-type")).toBe("text/plain");
    expect(hit.response.headers.get("content-length")).toBe("3");
  });

  it("answers 304 to a caller whose copy was confirmed", async () => {
    const get = gateway();
    await get("/books", tagged);
    world.now += 61_000;
    const confirmed = await get("/books", () => new Response(null, { status: 304, headers: { etag: '"v1"' } }), {
      headers: { "if-none-match": '"v1"' },
    });
    expect(confirmed.response.status).toBe(304);
    expect((await get("/books", mustNotAsk)).text).toBe("one");
  });

  it("takes the new response where the upstream has one", async () => {
    const get = gateway();
    await get("/books", tagged);
    world.now += 61_000;
    expect((await get("/books", kept("two", "max-age=60", { etag: '"v2"' }))).text).toBe("two");
    expect((await get("/books", mustNotAsk)).text).toBe("two");
  });

  it("confirms a no-cache response on every use, without writing it again", async () => {
    const get = gateway();
    await get("/books", kept("one", "no-cache", { etag: '"v1"' }));
    for (let use = 0; use < 2; use += 1) {
      const confirmed = await get("/books", () => new Response(null, { status: 304, headers: { etag: '"v1"' } }));
      expect(confirmed.text).toBe("one");
      expect(confirmed.status).toBe("gatehouse;fwd=stale;fwd-status=304");
    }
  });

  it("forgets a response that a 304 forbids to keep", async () => {
    const get = gateway();
    await get("/books", tagged);
    world.now += 61_000;
    const last = await get(
      "/books",
      () => new Response(null, { status: 304, headers: { "cache-control": "no-store" } }),
    );
    expect(last.text).toBe("one");
    expect(await keptKeys()).toHaveLength(0);
  });

  it("passes a caller's own condition on where nothing is kept", async () => {
    const get = gateway();
    const headers = { "if-none-match": '"mine"' };
    const passed = await get("/books", () => new Response(null, { status: 304 }), { headers });
    expect(passed.upstream?.headers.get("if-none-match")).toBe('"mine"');
    expect(passed.response.status).toBe(304);
    expect(passed.outcome).toBe("miss");
  });

  it("serves HEAD from a kept GET, and keeps nothing of a HEAD", async () => {
    const get = gateway();
    const head = { method: "HEAD" };
    expect((await get("/books", () => new Response(null, tagged()), head)).status).toBe("gatehouse;fwd=uri-miss");
    await get("/books", tagged);
    const hit = await get("/books", mustNotAsk, head);
    expect(hit.outcome).toBe("hit");
    expect(hit.text).toBe("");
    expect(hit.response.headers.get("content-length")).toBe("3");
  });
});
