import { describe, expect, it } from "vitest";
import { requireKey } from "../../src/policies/require-key.ts";
import { policyCases } from "../support/policy-case.ts";
import {
  application,
  callOf,
  codeOf,
  credential as good,
  failingServices,
  pipeline,
  principal,
  run,
  servicesOf,
} from "../support/policy-run.ts";

const key = "gh_live_good";
const now = 1_800_000_000_000;
const services = servicesOf(
  {
    keys: {
      [key]: good,
      gh_live_later: { ...good, id: "cred_2", expiresAt: now + 1 },
      gh_live_expired: { ...good, expiresAt: now },
      gh_live_revoked: { ...good, revoked: true },
      gh_live_elsewhere: { ...good, workspace: "ws_2" },
      gh_live_staging: { ...good, environment: "env_2" },
      gh_live_orphan: { ...good, application: "app_gone" },
      gh_live_suspended: { ...good, application: "app_2" },
      gh_live_unpaid: { ...good, application: "app_4" },
      gh_live_stranger: { ...good, application: "app_3" },
    },
    applications: [
      application,
      { ...application, id: "app_2", suspended: true },
      { ...application, id: "app_3", workspace: "ws_2" },
      { ...application, id: "app_4", suspended: true, unpaid: true },
    ],
  },
  { now: () => now },
);
const keyed = (value: string) => () => new Request("https://api.example/books", { headers: { "X-Api-Key": value } });
const invalid = {
  services,
  code: "credential-invalid",
  headers: { "www-authenticate": /^ApiKey .*invalid_token/ },
} as const;

policyCases({
  definition: requireKey,
  wrong: [
    { config: { locations: [] }, because: /too_small/ },
    { config: { locations: [{ in: "cookie", name: "key" }] }, because: /locations/ },
    { config: { locations: [{ in: "header", name: "Authorization" }] }, because: /in: bearer/ },
    { config: { locations: [{ in: "header", name: "X Key" }] }, because: /header name/ },
  ],
  passes: { request: keyed(key), services },
  refuses: [
    { name: "a key that nobody knows", request: keyed("gh_live_unknown"), ...invalid },
    { name: "something that is no key", request: keyed("hello"), ...invalid },
    { name: "an expired key", request: keyed("gh_live_expired"), ...invalid },
    { name: "a revoked key", request: keyed("gh_live_revoked"), ...invalid },
    { name: "a key of another workspace", request: keyed("gh_live_elsewhere"), ...invalid },
    { name: "a key of another environment", request: keyed("gh_live_staging"), ...invalid },
    { name: "a key whose application is gone", request: keyed("gh_live_orphan"), ...invalid },
    { name: "a key whose application is another workspace's", request: keyed("gh_live_stranger"), ...invalid },
    { name: "one whose payment is owed", request: keyed("gh_live_unpaid"), services, code: "payment-overdue" },
    { name: "a suspended application", request: keyed("gh_live_suspended"), services, code: "application-suspended" },
  ],
  failing: [
    { name: "a key cannot be looked up, so it does not count", request: keyed(key), code: "registry-unavailable" },
    { name: "a call without a key needs no look-up", services: failingServices, code: null },
  ],
});

describe("require-key", () => {
  const locations = [{ in: "header", name: "X-Api-Key" }, { in: "bearer" }, { in: "query", name: "api_key" }];
  const through = pipeline({ policies: [{ type: "require-key", config: { locations } }], services });
  const get = (url: string, headers: Record<string, string> = {}) =>
    through(new Request(`https://api.example${url}`, { headers }));

  it("sets the principal", async () => {
    const { call } = await get("/books", { "x-api-key": key });
    expect(call.principal).toEqual(principal);
  });

  it("tells one and the same of every key that does not count", async () => {
    const texts = ["gh_live_unknown", "gh_live_expired", "gh_live_revoked", "gh_live_elsewhere", "gh_live_orphan"].map(
      async (value) => (await get("/books", { "x-api-key": value })).response.text(),
    );
    expect(new Set(await Promise.all(texts)).size).toBe(1);
  });

  it.each([
    ["header", "/books?a=1", { "x-api-key": key }],
    ["bearer", "/books?a=1", { authorization: `bearer ${key}` }],
    ["query", `/books?a=1&api_key=${key}`, {}],
  ])("finds a key in the %s and takes it out of what goes on", async (_place, url, headers) => {
    const { call, seen } = await get(url, headers);
    expect(call.principal?.credential).toBe("cred_1");
    expect(seen[0]?.url).toBe("https://api.example/books?a=1");
    expect(JSON.stringify([...(seen[0]?.headers ?? [])])).not.toContain("gh_live_");
  });

  it("leaves every other byte of the query as it came", async () => {
    const { seen } = await get(`/books?q=a%20b+c&api%5fkey=${key}&&empty&t=%7E~`);
    expect(seen[0]?.url).toBe("https://api.example/books?q=a%20b+c&&empty&t=%7E~");
    expect((await get(`/books?api_key=${key}`)).seen[0]?.url).toBe("https://api.example/books");
  });

  it("lets the first location that holds a credential decide", async () => {
    const refused = await get("/books", { "x-api-key": "gh_live_revoked", authorization: `Bearer ${key}` });
    expect(refused.response.status).toBe(401);
    const passed = await get(`/books?api_key=gh_live_revoked`, { "x-api-key": "gh_live_later" });
    expect(passed.call.principal?.credential).toBe("cred_2");
    expect(passed.seen[0]?.url).toBe("https://api.example/books");
  });

  it.each([
    [`/books?a=1&api_key=&api_key=${key}`, { "x-api-key": key }],
    [`/books?api_key=${key}&a=1&api%5Fkey=gh_live_revoked`, {}],
    [`/books?a=1&api_key=&api_key=${key}&api_key=other`, {}],
    [`/books?a=1&api_key=gh_live_revoked`, { "x-api-key": key, authorization: `Bearer ${key}` }],
  ])("takes every key out of %s %j", async (url, headers) => {
    const { call, seen } = await get(url, headers);
    expect(call.principal?.credential).toBe("cred_1");
    expect(seen[0]?.url).toBe("https://api.example/books?a=1");
    expect([...(seen[0]?.headers ?? [])]).toEqual([]);
  });

  it.each([`Bearer ${key}, Bearer gh_live_revoked`, `Bearer ${key} gh_live_later`])(
    "takes several keys in one header for none that counts: %s",
    async (authorization) => {
      const { response, seen } = await get("/books", { authorization });
      expect(response.status).toBe(401);
      expect(seen).toHaveLength(0);
    },
  );

  it("leaves a bearer token of another shape to others", async () => {
    const { call, seen } = await get("/books", { authorization: "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x" });
    expect(call.principal).toBeNull();
    expect(seen[0]?.headers.get("authorization")).toBe("Bearer eyJhbGciOiJSUzI1NiJ9.e30.x");
    const beside = await get("/books", { authorization: "Bearer other", "x-api-key": key });
    expect(beside.seen[0]?.headers.get("authorization")).toBe("Bearer other");
  });

  it("stands back once another authenticator has decided, and still takes the key out", async () => {
    const earlier = { ...principal, by: "require-jwt", credential: "token" };
    const { call, seen } = await run({
      policies: [{ type: "require-key" }],
      request: keyed("gh_live_revoked")(),
      call: callOf({ principal: earlier }),
      services,
    });
    expect(call.principal).toBe(earlier);
    expect(seen[0]?.headers.get("x-api-key")).toBeNull();
  });

  it("passes a call without a key on, for require-principal to refuse", async () => {
    expect((await get("/books", { "x-api-key": "" })).seen).toHaveLength(1);
    const { response } = await run({ policies: [{ type: "require-key" }, { type: "require-principal" }], services });
    expect(await codeOf(response)).toBe("credential-missing");
  });
});

describe("answers to a key", () => {
  const locations = [{ in: "header", name: "X-Api-Key" }, { in: "bearer" }, { in: "query", name: "api_key" }];
  const varies = async (request: Request, headers: Record<string, string>, call = callOf()) => {
    const { response } = await run({
      policies: [{ type: "require-key", config: { locations } }],
      request,
      call,
      services,
      upstream: async () => new Response("", { headers }),
    });
    return response.headers.get("vary");
  };

  it.each<[Record<string, string>, string | null]>([
    [{ "cache-control": "public, max-age=60" }, "X-Api-Key"],
    [{ "cache-control": "max-age=60", vary: "Accept" }, "Accept, X-Api-Key"],
    [{ "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" }, "X-Api-Key"],
    [{ "cache-control": 'private="set-cookie", max-age=60' }, "X-Api-Key"],
    [{ "cache-control": "max-age=60", vary: "accept, x-api-key" }, "accept, x-api-key"],
    [{ "cache-control": "max-age=60", vary: "*" }, "*"],
    [{ "cache-control": "max-age=60, Private" }, null],
    [{ "cache-control": "no-store" }, null],
  ])("in a header of its own that say %j vary by %s", async (headers, vary) => {
    expect(await varies(keyed(key)(), headers)).toBe(vary);
  });

  it("in Authorization or in the query need not vary, nor those to nobody, nor those to whom another recognised", async () => {
    const shared = { "cache-control": "public, max-age=60" };
    const url = "https://api.example/books";
    expect(await varies(new Request(url, { headers: { authorization: `Bearer ${key}` } }), shared)).toBeNull();
    expect(await varies(new Request(`${url}?api_key=${key}`), shared)).toBeNull();
    expect(await varies(new Request(url), shared)).toBeNull();
    expect(await varies(keyed(key)(), shared, callOf({ principal: { ...principal, by: "require-jwt" } }))).toBeNull();
  });
});
