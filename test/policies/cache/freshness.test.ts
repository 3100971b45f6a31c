import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../../src/model/problem.ts";
import { gateway, kept, keptKeys, mustNotAsk, reset, world } from "../../support/cache-case.ts";

beforeEach(reset);

describe("freshness", () => {
  it("answers the second time from what was kept, with its age, in one read", async () => {
    const get = gateway();
    const first = await get("/books", kept("one", "max-age=60", { "content-type": "text/plain" }));
    expect(first.text).toBe("one");
    expect(first.status).toBe("gatehouse;fwd=uri-miss;stored");
    expect(first.outcome).toBe("miss");
    world.now += 20_000;
    const second = await get("/books", mustNotAsk);
    expect(second.text).toBe("one");
    expect(second.outcome).toBe("hit");
    expect(second.status).toBe("gatehouse;hit;ttl=40");
    expect(second.response.headers.get("age")).toBe("20");
    expect(second.response.headers.get("content-type")).toBe("text/plain");
    expect(second.response.headers.get("content-length")).toBe("3");
    expect(second.reads).toBe(1);
  });

  it("finds what another isolate kept, in one wait", async () => {
    await gateway()("/books", kept("one", "max-age=60"));
    const found = await gateway()("/books", mustNotAsk);
    expect(found.outcome).toBe("hit");
    expect(found.reads).toBe(2);
  });

  it("asks again when it is stale", async () => {
    const get = gateway();
    await get("/books", kept("one", "max-age=60"));
    world.now += 60_000;
    const again = await get("/books", kept("two", "max-age=60"));
    expect(again.text).toBe("two");
    expect(again.status).toBe("gatehouse;fwd=stale;stored");
    expect((await get("/books", mustNotAsk)).text).toBe("two");
  });

  it("counts the age that the response had when it came", async () => {
    const get = gateway();
    await get("/books", kept("one", "max-age=60", { age: "45" }));
    world.now += 10_000;
    const hit = await get("/books", mustNotAsk);
    expect(hit.response.headers.get("age")).toBe("55");
    world.now += 5_000;
    expect((await get("/books", kept("two", "max-age=60"))).outcome).toBe("miss");
  });

  it.each<[string, object, Record<string, string>, number | null]>([
    ["nothing stated", {}, {}, null],
    ["nothing stated but a Last-Modified", {}, { "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" }, null],
    ["max-age", {}, { "cache-control": "max-age=30" }, 30],
    ["directives in capitals", {}, { "cache-control": "Max-Age=30" }, 30],
    ["a quoted value", {}, { "cache-control": 'max-age="30"' }, 30],
    ["the first of two", {}, { "cache-control": "max-age=30, max-age=90" }, 30],
    ["s-maxage before max-age", {}, { "cache-control": "max-age=30, s-maxage=90" }, 90],
    ["must-revalidate while fresh", {}, { "cache-control": "max-age=30, must-revalidate" }, 30],
    ["an invalid lifetime", {}, { "cache-control": "max-age=soon" }, null],
    ["a lifetime of nothing", {}, { "cache-control": "max-age=0" }, null],
    ["an Expires in the past", {}, { expires: "0" }, null],
    ["a default where nothing is stated", { defaultTtlSeconds: 50 }, {}, 50],
    ["no default where something is stated", { defaultTtlSeconds: 50 }, { "cache-control": "max-age=30" }, 30],
    ["an override", { ttlSeconds: 50 }, { "cache-control": "max-age=30, s-maxage=1" }, 50],
    ["an override of Expires", { ttlSeconds: 50 }, { expires: "0" }, 50],
    ["an override of what is old already", { ttlSeconds: 50 }, { "cache-control": "max-age=30", age: "40" }, 50],
    ["no-store against an override", { ttlSeconds: 50 }, { "cache-control": "No-Store" }, null],
    ["private against an override", { ttlSeconds: 50 }, { "cache-control": 'PRIVATE="x", max-age=5' }, null],
    ["no-cache against an override", { ttlSeconds: 50 }, { "cache-control": "no-cache" }, null],
    ["Pragma: no-cache alone", { defaultTtlSeconds: 50 }, { pragma: "no-cache" }, null],
    ["a cookie that is set", { ttlSeconds: 50 }, { "set-cookie": "a=1", "cache-control": "public, max-age=9" }, null],
    ["Vary: *", { ttlSeconds: 50 }, { vary: "accept, *" }, null],
  ])("keeps for how long: %s", async (_what, config, headers, seconds) => {
    const get = gateway(config);
    const first = await get("/books", new Response("one", { headers }));
    expect(first.status).toBe(seconds === null ? "gatehouse;fwd=uri-miss" : "gatehouse;fwd=uri-miss;stored");
    if (seconds === null) {
      expect(await keptKeys()).toHaveLength(0);
      return;
    }
    world.now += seconds * 1_000 - 1;
    expect((await get("/books", new Response("two"))).outcome).toBe("hit");
    world.now += 1;
    expect((await get("/books", new Response("two"))).outcome).toBe("miss");
  });

  it("reads Expires against Date", async () => {
    const get = gateway();
    const at = (ms: number) => new Date(world.now + ms).toUTCString();
    await get("/books", new Response("one", { headers: { date: at(0), expires: at(30_000) } }));
    world.now += 29_000;
    expect((await get("/books", mustNotAsk)).outcome).toBe("hit");
    world.now += 2_000;
    expect((await get("/books", new Response("two"))).outcome).toBe("miss");
  });

  it("keeps errors only as long as they say themselves, and only statuses that are listed", async () => {
    const get = gateway({ ttlSeconds: 60 });
    const missing = (headers = {}) => new Response("none", { status: 404, headers });
    expect((await get("/a", missing())).status).not.toContain("stored");
    expect((await get("/b", missing({ "cache-control": "max-age=5" }))).status).toContain("stored");
    const hit = await get("/b", mustNotAsk);
    expect(hit.response.status).toBe(404);
    for (const status of [201, 206, 302, 500]) {
      const headers = { "cache-control": "max-age=5" };
      expect((await get(`/${status}`, new Response("x", { status, headers }))).status).not.toContain("stored");
    }
  });

  it("does not keep refusals of inner policies", async () => {
    const get = gateway();
    const refused = await get("/books", () => {
      throw new Problem("route-not-found", { detail: "Nothing.", headers: { "cache-control": "max-age=60" } });
    });
    expect(refused.response.status).toBe(404);
    expect(refused.status).toBe("gatehouse;fwd=uri-miss");
    expect((await get("/books", kept("one", "max-age=60"))).text).toBe("one");
  });

  it("keeps a response without body", async () => {
    const get = gateway();
    await get("/books", new Response(null, { status: 204, headers: { "cache-control": "max-age=60" } }));
    const hit = await get("/books", mustNotAsk);
    expect(hit.response.status).toBe(204);
    expect(hit.outcome).toBe("hit");
  });

  it("says so behind the caches that are nearer to the origin", async () => {
    const get = gateway();
    const first = await get("/books", kept("one", "max-age=60", { "cache-status": '"cdn"; hit' }));
    expect(first.status).toBe('"cdn"; hit, gatehouse;fwd=uri-miss;stored');
    expect((await get("/books", mustNotAsk)).status).toBe('"cdn"; hit, gatehouse;hit;ttl=60');
  });

  it("keeps no RateLimit headers of the call that brought it", async () => {
    const get = gateway();
    await get("/books", kept("one", "max-age=60", { ratelimit: "x;r=1", "x-ratelimit-remaining": "1" }));
    const { response } = await get("/books", mustNotAsk);
    expect(response.headers.get("ratelimit")).toBeNull();
    expect(response.headers.get("x-ratelimit-remaining")).toBeNull();
  });
});
