import { beforeEach, describe, expect, it } from "vitest";
import { gateway, kept, keptKeys, mustNotAsk, reset, world } from "../../support/cache-case.ts";

beforeEach(reset);

describe("what callers wish", () => {
  const fresh = () => kept("one", "max-age=60", { etag: '"v1"' });

  it.each(["no-cache", "max-age=0", "no-store", "min-fresh=100"])("%s does not reach past the cache", async (wish) => {
    const get = gateway();
    await get("/books", fresh);
    world.now += 1_000;
    expect((await get("/books", mustNotAsk, { headers: { "cache-control": wish } })).outcome).toBe("hit");
  });

  it.each([
    { "cache-control": "no-cache" },
    { "cache-control": "max-age=0" },
    { "cache-control": "min-fresh=100" },
    { pragma: "no-cache" },
  ])("%o is obeyed where the config says so", async (headers) => {
    const get = gateway({ honourClient: true });
    await get("/books", fresh);
    world.now += 1_000;
    const asked = await get("/books", () => kept("two", "max-age=60", { etag: '"v2"' }), { headers: { ...headers } });
    expect(asked.text).toBe("two");
    expect(asked.status).toBe("gatehouse;fwd=request;stored");
    expect((await get("/books", mustNotAsk, { headers: { "cache-control": "max-age=30" } })).text).toBe("two");
  });

  it("no-store keeps nothing, whatever the config says", async () => {
    await gateway()("/books", fresh, { headers: { "cache-control": "no-store" } });
    expect(await keptKeys()).toHaveLength(0);
  });

  it("only-if-cached is answered 504 unless something fresh is kept", async () => {
    const get = gateway();
    const headers = { "cache-control": "only-if-cached" };
    expect((await get("/books", mustNotAsk, { headers })).response.status).toBe(504);
    await get("/books", fresh);
    expect((await get("/books", mustNotAsk, { headers })).text).toBe("one");
    world.now += 61_000;
    expect((await get("/books", mustNotAsk, { headers })).response.status).toBe(504);
  });

  it.each<Record<string, string>>([{ range: "bytes=0-1" }, { "if-match": '"v1"' }, { "if-unmodified-since": "now" }])(
    "%o passes by",
    async (headers) => {
      const get = gateway();
      await get("/books", fresh);
      const passed = await get("/books", kept("live", "max-age=60"), { headers });
      expect(passed.text).toBe("live");
      expect(passed.outcome).toBe("bypass");
      expect(passed.status).toBe("gatehouse;fwd=bypass");
    },
  );
});
