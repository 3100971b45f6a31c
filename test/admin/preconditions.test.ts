/** When, and how often, a change is made. */
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { idempotencyKeys } from "../../schema/actions.ts";
import { management } from "./management.ts";

const books = { slug: "books", name: "Books", prefix: "/books" };
const json = { "Content-Type": "application/json" };
const under = (key: string) => ({ ...json, "Idempotency-Key": key });

describe("Idempotency-Key", () => {
  it("has a change made once, and answers every time what was answered first", async () => {
    const { call } = await management();
    const first = await call("POST", "/apis", { headers: under('"a-1"'), body: books });
    const again = await call("POST", "/apis", { headers: under("a-1"), body: books });
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
    expect([first, again].map(({ headers }) => headers.get("Idempotent-Replayed"))).toEqual([null, "true"]);
    expect((await call("GET", "/audit?action=create-api")).json?.["items"]).toHaveLength(1);
    expect((await call("POST", "/apis", { body: books })).json).toMatchObject({ status: 409, code: "already-exists" });
  });

  it("shows again what is shown once, and keeps it sealed", async () => {
    const { call, ctx } = await management();
    const body = { name: "CI", role: "auditor" };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => call("POST", "/tokens", { headers: under("same-moment"), body })),
    );
    const tokens = new Set(answers.map((answer) => String(answer.json?.["token"])));
    expect(tokens.size).toBe(1);
    expect((await call("GET", "/tokens")).json?.["items"]).toHaveLength(1);
    const kept = await ctx.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.workspace, ctx.workspace));
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain([...tokens][0]);
  });

  it("stands for one request of one caller in one workspace, for a day", async () => {
    const { call, ctx, tokenOf } = await management();
    const other = await management();
    await call("POST", "/apis", { headers: under("k"), body: books });
    const films = { slug: "films", name: "Films", prefix: "/films" };
    const reused = await call("POST", "/apis", { headers: under("k"), body: films });
    expect(reused.json).toMatchObject({ status: 422, code: "idempotency-key-reused" });
    const token = await tokenOf({ scopes: ["*"] });
    expect((await call("POST", "/apis", { headers: under("k"), body: films, token })).status).toBe(201);
    expect((await other.call("POST", "/apis", { headers: under("k"), body: films })).status).toBe(201);
    await ctx.db.update(idempotencyKeys).set({ at: 1 }).where(eq(idempotencyKeys.workspace, ctx.workspace));
    const songs = { slug: "songs", name: "Songs", prefix: "/songs" };
    expect((await call("POST", "/apis", { headers: under("k"), body: songs })).status).toBe(201);
    const kept = await ctx.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.workspace, ctx.workspace));
    expect(kept).toHaveLength(1);
  });

  it("keeps no refusal, and is refused where it is no key", async () => {
    const { call } = await management();
    const refused = await call("POST", "/apis", { headers: under("r"), body: { ...books, prefix: "no" } });
    expect(refused.status).toBe(400);
    expect((await call("POST", "/apis", { headers: under("r"), body: books })).status).toBe(201);
    for (const wrong of ["", '"', "two words", "x".repeat(256)]) {
      const answer = await call("POST", "/apis", { headers: under(wrong), body: books });
      expect(answer.json, wrong).toMatchObject({ status: 400, code: "request-malformed" });
    }
  });
});

describe("a workspace that wants If-Match", () => {
  it("takes no change from who does not say what they saw", async () => {
    const { call } = await management();
    await call("POST", "/apis", { body: books });
    await call("PATCH", "/settings", { body: { requireIfMatch: true } });
    const blind = [
      await call("PATCH", "/apis/books", { body: { name: "B" } }),
      await call("PUT", "/policies", { body: { policies: [] } }),
      await call("DELETE", "/apis/books"),
    ];
    for (const { json: problem } of blind) {
      expect(problem).toMatchObject({ status: 428, code: "precondition-required" });
    }
    const seen = { ...json, "If-Match": '"1"' };
    expect((await call("PATCH", "/apis/books", { body: { name: "B" }, headers: seen })).status).toBe(200);
    expect((await call("PATCH", "/apis/books", { body: { name: "C" }, headers: seen })).status).toBe(412);
    expect((await call("POST", "/upstreams", { body: { slug: "shop" } })).status).toBe(201);
    const file = { format: 1, workspace: "elsewhere" };
    expect((await call("PUT", "/platform-file?plan=true", { body: { file } })).status).toBe(409);
  });

  it("lets something new be made, and no second time, with If-None-Match", async () => {
    const { call } = await management();
    const path = "/environments/production/secrets/TOKEN";
    const fresh = { ...json, "If-None-Match": "*" };
    expect((await call("PUT", path, { body: { value: "one" }, headers: fresh })).status).toBe(200);
    expect((await call("PUT", path, { body: { value: "two" }, headers: fresh })).status).toBe(412);
  });
});

describe("an edition that is gone", () => {
  it("is told before what follows from it: whoever saw an old state is refused for that", async () => {
    const { call } = await management();
    const target = [{ url: "https://books.example" }];
    await call("POST", "/upstreams", { body: { slug: "origin", targets: { production: target } } });
    await call("POST", "/apis", { body: books });
    const operations = [{ id: "list", method: "GET", path: "/books" }];
    await call("POST", "/apis/books/versions", { body: { name: "v1", upstream: "origin", operations } });
    const one = "/apis/books/versions/v1";
    await call("POST", `${one}/publish`, { body: {} });
    const seen = (await call("GET", one)).headers.get("ETag") ?? "";
    const as = (tag: string) => ({ ...json, "If-Match": tag });
    await call("POST", `${one}/retire`, { body: {} });
    const now = (await call("GET", one)).headers.get("ETag") ?? "";
    for (const [method, path] of [
      ["POST", `${one}/deprecate`],
      ["POST", `${one}/retire`],
      ["PATCH", one],
    ] as const) {
      const stale = await call(method, path, { body: {}, headers: as(seen) });
      expect(stale.json, path).toMatchObject({
        status: 412,
        code: "version-conflict",
        detail: expect.stringContaining("by retire-version"),
        changes: [{ action: "retire-version" }],
      });
    }
    // Who saw what is there now is told what stands in the way.
    const refused = await call("POST", `${one}/deprecate`, { body: {}, headers: as(now) });
    expect(refused.json).toMatchObject({ status: 409, code: "state-conflict" });
    await call("PATCH", "/apis/books", { body: { name: "All books" } });
    const deleted = (tag: string) => call("DELETE", "/apis/books", { headers: as(tag) });
    expect((await deleted('"1"')).json).toMatchObject({ status: 412, code: "version-conflict" });
    expect((await deleted('"2"')).json).toMatchObject({ status: 409, code: "has-dependents" });
    const nowhere = await call("DELETE", "/apis/films", { headers: as('"1"') });
    expect(nowhere.json).toMatchObject({ status: 404, code: "resource-not-found" });
  });
});
