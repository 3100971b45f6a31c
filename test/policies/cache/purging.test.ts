import { beforeEach, describe, expect, it, vi } from "vitest";
import type { PurgeSignal } from "../../../src/model/signal.ts";
import { gateway, kept, mustNotAsk, reset, world } from "../../support/cache-case.ts";
import { type CallOptions } from "../../support/policy-run.ts";

beforeEach(reset);

describe("purging", () => {
  const mark = (scope: PurgeSignal["scope"], value: string, sequence = 5, workspace = "ws_1"): PurgeSignal => ({
    kind: "purge",
    scope,
    value,
    sequence,
    workspace,
  });
  const at = (sequence: number): { call: CallOptions } => ({ call: { sequence } });

  it.each([
    ["its tag", mark("tag", "books"), true],
    ["another tag", mark("tag", "book"), false],
    ["a prefix of its path", mark("prefix", "/bo"), true],
    ["another prefix", mark("prefix", "/a"), false],
    ["its consumer", mark("consumer", "app_1"), true],
    ["another consumer", mark("consumer", "app_2"), false],
    ["its API", mark("api", "api_1"), true],
    ["another API", mark("api", "api_2"), false],
    ["a mark that was known when it began", mark("tag", "books", 4), false],
  ])("by %s", async (_what, one, ends) => {
    const get = gateway({ tags: ["books"] });
    await get("/books", kept("one", "max-age=60", { etag: '"v1"' }), at(4));
    world.marks = [one];
    const next = await get("/books", kept("two", "max-age=60", { etag: '"v1"' }), at(5));
    expect(next.text).toBe(ends ? "two" : "one");
    expect(next.upstream?.headers.get("if-none-match") ?? null).toBeNull();
    if (ends) expect(next.status).toBe("gatehouse;fwd=stale;stored");
  });

  it.each([
    ["/%40me/list", "/@me"],
    ["/~ann/list", "/%7Eann"],
    ["/%7eann/list", "/~ann"],
    ["/a%2fb/list", "/a%2Fb"],
  ])("%s by the prefix %s, written otherwise", async (path, prefix) => {
    const get = gateway();
    await get(path, kept("one", "max-age=60"), at(4));
    world.marks = [mark("prefix", "/nothing"), mark("prefix", prefix)];
    expect((await get(path, kept("two", "max-age=60"), at(5))).text).toBe("two");
  });

  it("reads the address once, however many marks there are", async () => {
    const get = gateway();
    await get("/books", kept("one", "max-age=60"), at(4));
    world.marks = Array.from({ length: 1_000 }, (_, index) => mark("prefix", `/nothing-${index}`));
    let parsed = 0;
    const Counted = class extends URL {
      constructor(...parts: ConstructorParameters<typeof URL>) {
        super(...parts);
        parsed += 1;
      }
    };
    vi.stubGlobal("URL", Counted);
    const hit = await get("/books", mustNotAsk, at(4)).finally(() => vi.unstubAllGlobals());
    expect(hit.text).toBe("one");
    // The test's own call counts too.
    expect(parsed).toBeLessThan(5);
  });

  it("holds for what was under way when the mark came, not for what came after", async () => {
    const get = gateway({ tags: ["books"] });
    world.marks = [mark("tag", "books", 5)];
    await get("/books", kept("began before", "max-age=60"), at(4));
    expect((await get("/books", kept("began after", "max-age=60"), at(5))).text).toBe("began after");
    expect((await get("/books", mustNotAsk, at(5))).text).toBe("began after");
  });
});
