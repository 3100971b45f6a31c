import { describe, expect, it } from "vitest";
import { management, pointersOf } from "./management.ts";

const books = { slug: "books", name: "Books", prefix: "/books" };

describe("a request to the management API", () => {
  it("creates and answers a resource with its address and edition", async () => {
    const { call } = await management();
    const made = await call("POST", "/apis", { body: books });
    expect(made.status).toBe(201);
    expect(made.headers.get("Location")).toBe("/manage/v1/apis/books");
    expect(made.headers.get("ETag")).toBe('"1"');
    expect(made.headers.get("Cache-Control")).toBe("no-store");
    expect(made.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(made.headers.get("Gatehouse-Request-Id")).toMatch(/^[0-9A-Z]{26}$/);
    const got = await call("GET", "/apis/books");
    expect(got.json).toEqual(made.json);
    const head = await call("HEAD", "/apis/books");
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  it("pages through a list", async () => {
    const { call } = await management();
    for (const slug of ["a", "b", "c"]) await call("POST", "/apis", { body: { slug, name: slug, prefix: `/${slug}` } });
    const first = await call("GET", "/apis?limit=2");
    expect(first.json).toMatchObject({ items: [{ slug: "a" }, { slug: "b" }] });
    const second = await call("GET", `/apis?limit=2&cursor=${String(first.json?.["cursor"])}`);
    expect(second.json).toMatchObject({ items: [{ slug: "c" }], cursor: null });
  });

  it("answers a trail as lines where they are asked for, with the way to the next", async () => {
    const { call } = await management();
    for (const slug of ["a", "b", "c"]) await call("POST", "/apis", { body: { slug, name: slug, prefix: `/${slug}` } });
    const headers = { Accept: "application/x-ndjson" };
    const first = await call("GET", "/audit?order=oldest&limit=2", { headers });
    expect(first.headers.get("Content-Type")).toBe("application/x-ndjson");
    const next = /^<\/manage\/v1(.*)>; rel="next"$/.exec(first.headers.get("Link") ?? "")?.[1] ?? "";
    const second = await call("GET", next, { headers });
    expect(second.headers.has("Link")).toBe(false);
    const lines = `${first.text}${second.text}`.trimEnd().split("\n");
    const { json } = await call("GET", "/audit?order=oldest");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json?.["items"]);
    expect(lines).toHaveLength(3);
  });

  it("says what stands at an address and what it takes", async () => {
    const { call } = await management();
    for (const path of ["/nothing", "", "/apis/", "/apis/books/nothing"]) {
      const nowhere = await call("GET", path);
      expect(nowhere.json, path).toMatchObject({ status: 404, code: "resource-not-found" });
      const id = nowhere.headers.get("Gatehouse-Request-Id");
      expect(nowhere.json?.["instance"]).toBe(`urn:gatehouse:call:${id}`);
    }
    const wrong = await call("PUT", "/apis");
    expect([wrong.status, wrong.headers.get("Allow")]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(wrong.json).toMatchObject({ code: "method-not-allowed" });
    const options = await call("OPTIONS", "/apis", { token: null });
    expect([options.status, options.headers.get("Allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  });
});

describe("a body", () => {
  it("must be JSON, and the fault is told by its place", async () => {
    const { call } = await management();
    const headers = { "Content-Type": "application/json" };
    const broken = await call("POST", "/apis", { headers, body: '{\n  "slug": "books"\n  "name": 1}' });
    expect(broken.status).toBe(400);
    expect(broken.headers.get("Content-Type")).toBe("application/problem+json");
    expect(broken.json).toMatchObject({
      code: "request-malformed",
      detail: "The body is not JSON. Line 3, column 3: here must stand a comma or }.",
      position: { line: 3, column: 3 },
    });
    const list = await call("POST", "/apis", { headers, body: "[]" });
    expect(list.json).toMatchObject({ status: 400, code: "request-malformed" });
  });

  it("lists every invalid field by JSON pointer", async () => {
    const { call } = await management();
    const refused = await call("POST", "/apis", { body: { slug: "NO", prefix: "books/", extra: 1 } });
    const pointers = pointersOf(refused);
    expect(refused.status).toBe(400);
    expect(pointers.toSorted()).toEqual(["/extra", "/name", "/prefix", "/slug"]);
    expect((await call("POST", "/apis")).json).toMatchObject({ code: "input-invalid" });
  });

  it("is read in its media type only, uncompressed and in UTF-8", async () => {
    const { call } = await management();
    const text = JSON.stringify(books);
    for (const headers of [
      { "Content-Type": "text/plain" },
      { "Content-Type": "application/json; charset=utf-16" },
      { "Content-Type": "application/json", "Content-Encoding": "gzip" },
    ]) {
      expect((await call("POST", "/apis", { headers, body: text })).json).toMatchObject({
        status: 415,
        code: "media-type-unsupported",
      });
    }
    const headers = { "Content-Type": 'application/json; charset="UTF-8"' };
    expect((await call("POST", "/apis", { headers, body: text })).status).toBe(201);
  });

  it("is refused beyond its bound, announced or not", async () => {
    const { call } = await management();
    const body = JSON.stringify({ ...books, description: "x".repeat(2_100_000) });
    const headers = { "Content-Type": "application/json" };
    expect((await call("POST", "/apis", { headers, body })).json).toMatchObject({
      status: 413,
      code: "body-too-large",
    });
    const announced = { ...headers, "Content-Length": "2100000" };
    expect((await call("POST", "/apis", { headers: announced, body: "{}" })).status).toBe(413);
  });

  it("may not repeat what the address says", async () => {
    const { call } = await management();
    expect((await call("GET", "/apis/books?api=films")).json).toMatchObject({
      code: "input-invalid",
      errors: [{ pointer: "/api" }],
    });
    const twice = await call("PATCH", "/apis/books", { body: { api: "films", name: "Films" } });
    expect(twice.json).toMatchObject({ code: "input-invalid", errors: [{ pointer: "/api" }] });
    const elsewhere = await call("PUT", "/platform-file", { body: { plan: true, file: {} } });
    expect(elsewhere.json).toMatchObject({ code: "input-invalid", errors: [{ pointer: "/plan" }] });
    expect((await call("GET", "/apis?limit=many")).json).toMatchObject({ errors: [{ pointer: "/limit" }] });
    expect((await call("GET", "/apis?limit=1&limit=2")).json).toMatchObject({ errors: [{ pointer: "/limit" }] });
    expect((await call("GET", "/apis?color=red")).json).toMatchObject({ errors: [{ pointer: "/color" }] });
  });
});
