import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { app, base, gateway, kept, keptKeys, mustNotAsk, reset, services, world } from "../../support/cache-case.ts";
import { callOf, type CallOptions, credential, pipeline, principal, settled } from "../../support/policy-run.ts";

beforeEach(reset);

const subscription = { id: "sub_1", product: "prod_1", plan: "plan_1", edition: 1, since: 0, overrides: [] };

describe("consumers", () => {
  it("never share a response that is not public", async () => {
    const get = gateway();
    await get("/me", kept("for 1", "max-age=60"), { call: app("app_1") });
    expect((await get("/me", kept("for 2", "max-age=60"), { call: app("app_2") })).text).toBe("for 2");
    expect((await get("/me", kept("for nobody", "max-age=60"), { call: { principal: null } })).text).toBe("for nobody");
    expect((await get("/me", mustNotAsk, { call: app("app_1") })).text).toBe("for 1");
    expect((await get("/me", mustNotAsk, { call: app("app_2") })).text).toBe("for 2");
  });

  it.each(["public, max-age=60", "Public, max-age=60", "s-maxage=60"])("share what says %s", async (cacheControl) => {
    await gateway()("/all", kept("for all", cacheControl), { call: app("app_1") });
    expect((await gateway()("/all", mustNotAsk, { call: app("app_2") })).text).toBe("for all");
    expect((await gateway()("/all", mustNotAsk, { call: { principal: null } })).text).toBe("for all");
  });

  it("share everything where the config says so, in one read", async () => {
    await gateway({ shared: true })("/all", kept("for all", "max-age=60"), { call: app("app_1") });
    const hit = await gateway({ shared: true })("/all", mustNotAsk, { call: app("app_2") });
    expect(hit.text).toBe("for all");
    expect(hit.reads).toBe(1);
  });

  it.each(["cookie", "authorization"])(
    "are told apart by %s that the upstream sees, even if it forgets to vary",
    async (name) => {
      const get = gateway();
      const answer = (request: Request) => kept(`for ${request.headers.get(name)}`, "max-age=60, must-revalidate");
      for (const value of ["a", "b", "a", "b"]) {
        expect((await get("/me", answer, { headers: { [name]: value } })).text).toBe(`for ${value}`);
      }
      expect((await get("/me", answer)).text).toBe("for null");
    },
  );

  it("do not have responses to Authorization kept unless they allow it (RFC 9111 §3.5)", async () => {
    const headers = { authorization: "Bearer upstream" };
    for (const shared of [false, true]) {
      const got = await gateway({ shared, ttlSeconds: 60 })("/me", kept("mine", "max-age=60"), { headers });
      expect(got.status).toBe("gatehouse;fwd=uri-miss");
    }
    expect((await gateway()("/me", kept("mine", "max-age=60, must-revalidate"), { headers })).status).toContain(
      "stored",
    );
  });

  it("share a public response whatever keys they send in Authorization, because the upstream sees none", async () => {
    const directory = { ...services.directory, credential: async () => credential };
    const through = pipeline({
      policies: [{ type: "require-key" }, { type: "cache" }],
      services: { ...services, directory },
    });
    for (const [key, text] of [
      ["gh_live_1", "first"],
      ["gh_live_2", "second"],
    ]) {
      const call = callOf({ match: { products: [] } });
      const request = new Request(`${base}/all`, { headers: { authorization: `Bearer ${key}` } });
      const ran = await through(request, call, async () => kept(String(text), "max-age=60, s-maxage=60"));
      expect(await ran.response.text()).toBe("first");
      await settled(call);
    }
  });

  it("that are recognised behind the cache only have nothing kept", async () => {
    const through = pipeline({
      policies: [{ type: "cache" }, { type: "require-key" }],
      services: {
        ...services,
        directory: {
          ...services.directory,
          credential: async () => credential,
        },
      },
    });
    const call = callOf({ match: { products: [] } });
    const request = new Request(`${base}/me`, { headers: { "x-api-key": "gh_live_x" } });
    await through(request, call, async () => kept("mine", "max-age=60"));
    await settled(call);
    expect(call.principal?.application).toBe("app_1");
    expect(await keptKeys()).toHaveLength(0);
  });

  it.each<[string, CallOptions]>([
    ["nobody", { principal: null }],
    ["an application without subscription", { subscription: null }],
    ["nobody, whatever was subscribed to", { principal: null, subscription }],
  ])("of a product's API get nothing that is kept as %s", async (_what, who) => {
    const get = gateway({ shared: true });
    const match = { products: ["prod_1"] };
    await get("/all", kept("for subscribers", "public, max-age=60"), { call: { match, subscription } });
    expect((await get("/all", mustNotAsk, { call: { match, subscription } })).text).toBe("for subscribers");
    const passed = await get("/all", kept("asked", "public, max-age=60"), { call: { match, ...who } });
    expect([passed.text, passed.outcome, passed.status]).toEqual(["asked", "bypass", "gatehouse;fwd=bypass"]);
    expect((await get("/all", mustNotAsk, { call: { match, subscription } })).text).toBe("for subscribers");
  });

  it("of a product's API are not answered before the door behind the cache", async () => {
    const through = pipeline({ policies: [{ type: "cache" }, { type: "require-principal" }], services });
    const ask = async (call: CallOptions) => {
      const made = callOf(call);
      const { response } = await through(new Request(`${base}/all`), made, async () =>
        kept("all", "public, max-age=60"),
      );
      await response.text();
      await settled(made);
      return response.status;
    };
    expect(await ask({ principal, subscription })).toBe(200);
    expect(await keptKeys()).toHaveLength(1);
    expect(await ask({})).toBe(401);
  });

  it.each<[string, Required<CallOptions>["match"]]>([
    ["workspace", { workspace: "ws_2" }],
    ["environment", { environment: "env_2" }],
    ["API", { api: { id: "api_2", slug: "books", name: "Books" } }],
    ["version", { version: { id: "ver_2", name: "v2", state: "published" } }],
    ["revision", { revision: "rev_2" }],
  ])("of another %s get nothing of this one, however public", async (_what, match) => {
    await gateway()("/all", kept("for all", "public, max-age=60"));
    expect((await gateway()("/all", new Response("other"), { call: { match } })).text).toBe("other");
  });

  it("get nothing of another address, query or config", async () => {
    await gateway()("/all?a=1", kept("one", "public, max-age=60"));
    for (const path of ["/all", "/all?a=2", "/all?a=1&", "/ALL?a=1", "/all%3Fa=1"]) {
      expect((await gateway()(path, new Response("other"))).text).toBe("other");
    }
    expect((await gateway({ ttlSeconds: 9 })("/all?a=1", new Response("other"))).text).toBe("other");
  });
});

describe("whatever happens", () => {
  /** Everything by which an upstream could know who asks. */
  const who = fc.oneof(
    fc.constant({ application: "app_1", cookie: null, authorization: null }),
    fc.record({
      application: fc.constantFrom(null, "app_1", "app_2"),
      cookie: fc.constantFrom(null, "s=1", "s=2"),
      authorization: fc.constantFrom(null, null, "Bearer a", "Bearer b"),
    }),
  );
  const rarely = fc.boolean().chain((one) => (one ? fc.boolean() : fc.constant(false)));
  // Mostly what is kept, so that later callers meet it.
  const cacheControl: fc.Arbitrary<readonly string[]> = fc.oneof(
    { weight: 4, arbitrary: fc.constant(["max-age=60"]) },
    { weight: 2, arbitrary: fc.constantFrom(["public", "max-age=60"], ["max-age=60", "must-revalidate"]) },
    {
      weight: 2,
      arbitrary: fc.subarray([
        "public",
        "private",
        "no-store",
        "no-cache",
        "s-maxage=30",
        "max-age=60",
        "must-revalidate",
      ]),
    },
  );
  const vary: fc.Arbitrary<readonly string[]> = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom([], ["accept"]) },
    { weight: 1, arbitrary: fc.subarray(["cookie", "accept", "*", "authorization"]) },
  );
  const status = fc.constantFrom(200, 200, 200, 404, 500);
  const answers = fc.record({ cacheControl, vary, etag: fc.boolean(), setCookie: rarely, status });
  const step = fc.record({
    who,
    answers,
    accept: fc.constantFrom("a", "b"),
    method: fc.constantFrom("GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "PUT"),
    path: fc.constantFrom("/1", "/1", "/1", "/2"),
    isolate: fc.nat(1),
    waitMs: fc.constantFrom(0, 0, 0, 1_000, 20_000),
  });

  type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

  /** What the upstream makes for a caller: it says for whom, and whether others may see it. */
  function made({ who, answers, accept, path }: Step): string {
    const isPublic = answers.cacheControl.some((one) => one === "public" || one === "s-maxage=30");
    const maySee = isPublic && !answers.setCookie && !answers.cacheControl.includes("private");
    return JSON.stringify({ who, path, accept: answers.vary.includes("accept") ? accept : null, maySee });
  }

  function respond(one: Step, request: Request): Response {
    const { answers, who } = one;
    const etag = `"${btoa(made(one))}"`;
    const isSame = answers.etag && request.headers.get("if-none-match") === etag;
    const response = new Response(isSame || one.method === "HEAD" ? null : made(one), {
      status: isSame ? 304 : answers.status,
    });
    if (answers.cacheControl.length > 0) response.headers.set("cache-control", answers.cacheControl.join(", "));
    if (answers.vary.length > 0) response.headers.set("vary", answers.vary.join(", "));
    if (answers.etag) response.headers.set("etag", etag);
    if (answers.setCookie) response.headers.set("set-cookie", `for=${JSON.stringify(who)}`);
    return response;
  }

  it("a caller gets what was made for another only if that was called public, and is what it selects", async () => {
    const outcomes = new Map<string, number>();
    let runs = 0;
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.boolean(),
      async (steps, honourClient) => {
        runs += 1;
        const match = { workspace: `ws_run${runs}` };
        const isolates = [gateway({ honourClient }), gateway({ honourClient })];
        // The second time round, what was kept is stale and may be confirmed.
        for (const one of [...steps, ...steps]) {
          const { who, accept, method, path } = one;
          world.now += one.waitMs;
          const headers: Record<string, string> = { accept };
          if (who.cookie !== null) headers["cookie"] = who.cookie;
          if (who.authorization !== null) headers["authorization"] = who.authorization;
          const call = { match, ...(who.application === null ? { principal: null } : app(who.application)) };
          const got = await isolates[one.isolate]?.(path, (request) => respond(one, request), {
            method,
            headers,
            call,
          });
          if (got === undefined || got.text === "") continue;
          outcomes.set(got.outcome, (outcomes.get(got.outcome) ?? 0) + 1);
          const shown = JSON.parse(got.text) as { who: unknown; path: string; accept: string | null; maySee: boolean };
          expect(shown.path).toBe(path);
          expect([null, accept]).toContain(shown.accept);
          if (!shown.maySee) expect(shown.who).toEqual(who);
          if (got.outcome === "hit") expect(got.response.headers.getSetCookie()).toEqual([]);
        }
      },
    );
    await fc.assert(property, { numRuns: 50 });
    // Otherwise nothing was tried.
    for (const outcome of ["hit", "miss", "revalidated"]) expect(outcomes.get(outcome)).toBeGreaterThan(0);
  }, 60_000);
});
