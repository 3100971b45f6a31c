import { describe, expect, it, vi } from "vitest";
import { openInstance } from "../../src/model/explanation.ts";
import { sealer } from "../../src/model/seal.ts";
import { testGateway } from "../support/gateway.ts";

const keyed = [
  { id: "key", type: "require-key" },
  { id: "door", type: "require-principal" },
];
const plan = (callsMax: number, mode: "leased" | "exact" = "exact") => ({
  mode,
  onFailure: "refuse" as const,
  limits: [{ name: "per-hour", algorithm: "fixed-window" as const, callsMax, windowMs: 3_600_000 }],
});

interface ProblemJson {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly "violated-policies"?: string[];
  readonly successor?: string;
}
const problemOf = async (response: Response): Promise<ProblemJson> => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return response.json();
};

describe("what stands at an address", () => {
  it("passes a call on to the upstream, below its base path and with its query", async () => {
    const gateway = testGateway();
    gateway.publish();
    const response = await gateway.call("https://api.test/shop/v1/books/978?page=2");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("from upstream");
    expect(gateway.seen[0]?.url).toBe("https://upstream.test/base/books/978?page=2");
  });

  it.each([
    ["https://other.test/shop/v1/books", 404, "route-not-found"],
    ["https://api.test/elsewhere", 404, "route-not-found"],
    ["https://api.test/shopping/v1/books", 404, "route-not-found"],
    ["https://api.test/shop/v9/books", 404, "version-unknown"],
    ["https://api.test/shop/v1/authors", 404, "route-not-found"],
    ["https://api.test/shop/v1/books/", 404, "route-not-found"],
    ["https://api.test/shop/v1//books", 400, "path-malformed"],
    ["https://api.test/shop/v1/books/a%2f..%2fb", 400, "path-malformed"],
    ["https://api.test/shop/v1/books/%zz", 400, "path-malformed"],
    ["https://api.test/shop/v1/books/%00", 400, "path-malformed"],
  ])("answers %s with %d %s and never calls the upstream", async (url, status, code) => {
    const gateway = testGateway();
    gateway.publish();
    const response = await gateway.call(url);
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
    expect(gateway.seen).toHaveLength(0);
  });

  it("refuses an address of more than 8,192 characters", async () => {
    const gateway = testGateway();
    gateway.publish();
    const response = await gateway.call(`https://api.test/shop/v1/books/${"a".repeat(9_000)}`);
    expect(response.status).toBe(414);
    expect((await problemOf(response)).code).toBe("uri-too-long");
  });

  it.each([
    ["/shop/v1/books/a%2Fb", "/base/books/a%2Fb"],
    ["/shop/v1/books/a%2fb", "/base/books/a%2Fb"],
    ["/shop/v1/x/../books", "/base/books"],
    ["/shop/v1/x/%2e%2e/books", "/base/books"],
    ["/shop/v1/b%6Foks", "/base/books"],
    ["/shop/v1/books/%C3%A9", "/base/books/%C3%A9"],
  ])("matches %s in the form that the upstream gets: %s", async (path, upstream) => {
    const gateway = testGateway();
    gateway.publish();
    expect((await gateway.call(`https://api.test${path}`)).status).toBe(200);
    expect(new URL(gateway.seen[0]?.url ?? "").pathname).toBe(upstream);
  });

  it("names the methods of a path that takes another", async () => {
    const gateway = testGateway();
    gateway.publish();
    const response = await gateway.call("https://api.test/shop/v1/books", { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  it("refuses a retired version and names its successor", async () => {
    const gateway = testGateway();
    gateway.publish({
      versions: [
        { name: "v1", state: "retired", successor: "v2" },
        { name: "v2", state: "published" },
      ],
    });
    const response = await gateway.call("https://api.test/shop/v1/books");
    expect(response.status).toBe(410);
    expect((await problemOf(response)).successor).toBe("v2");
    expect(response.headers.get("link")).toBe('</shop/v2>; rel="successor-version"');
    expect((await gateway.call("https://api.test/shop/v2/books")).status).toBe(200);
  });

  it.each([
    [{ in: "header", name: "Api-Version" } as const, "https://api.test/shop/books", { "api-version": "v1" }],
    [{ in: "query", name: "version" } as const, "https://api.test/shop/books?version=v1", {}],
  ])("takes the version from %o", async (selector, url, headers) => {
    const gateway = testGateway();
    gateway.publish({ selector });
    expect((await gateway.call(url, { headers })).status).toBe(200);
    expect((await gateway.call("https://api.test/shop/books")).status).toBe(404);
    gateway.publish({ selector, defaultVersion: "v1" });
    gateway.advance(11_000);
    expect((await gateway.call("https://api.test/shop/books")).status).toBe(200);
  });

  it("refuses headers beyond the bound, and a call that has been here before", async () => {
    const gateway = testGateway();
    gateway.publish();
    const bomb = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, "a"]));
    expect((await gateway.call("https://api.test/shop/v1/books", { headers: bomb })).status).toBe(431);
    const big = { "x-big": "a".repeat(70_000) };
    expect((await gateway.call("https://api.test/shop/v1/books", { headers: big })).status).toBe(431);
    const looped = { "cdn-loop": "cloudflare; loops=1, portal.test" };
    expect((await gateway.call("https://api.test/shop/v1/books", { headers: looped })).status).toBe(508);
  });
});

describe("who calls, and how much", () => {
  it("lets a subscribed key through and counts it; refuses without key, and a key without subscription", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const key = await gateway.key(plan(10));
    const good = await gateway.call("https://api.test/shop/v1/books", { headers: { "x-api-key": key } });
    expect(good.status).toBe(200);
    expect(good.headers.get("ratelimit-policy")).toBe('"per-hour";q=10;w=3600');
    expect(good.headers.get("ratelimit")).toMatch(/^"per-hour";r=9;t=\d+$/);
    expect(gateway.seen[0]?.headers.get("x-api-key")).toBeNull();
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(401);

    const other = testGateway();
    other.publish({ policies: keyed, products: ["prod_1"] });
    const refused = await other.call("https://api.test/shop/v1/books", { headers: { "x-api-key": await other.key() } });
    expect(refused.status).toBe(403);
    expect((await problemOf(refused)).code).toBe("subscription-missing");
  });

  it.each<[string, (key: string) => { path?: string; headers?: Record<string, string> }]>([
    ["a header", (key) => ({ headers: { "X-API-Key": key } })],
    ["Authorization", (key) => ({ headers: { authorization: `bEaReR  ${key} ` } })],
    ["the query", (key) => ({ path: `/books?a=1&api_key=${key}&b=2` })],
    [
      "all places at once, beside a cookie of our own",
      (key) => ({
        path: `/books?api_key=${key}`,
        headers: { "x-api-key": key, authorization: `Bearer ${key}`, cookie: "a=1; __Host-gatehouse-console=1" },
      }),
    ],
  ])("shows the upstream nothing of a key in %s", async (_place, ask) => {
    const locations = [
      { in: "header", name: "X-Api-Key" },
      { in: "bearer" },
      { in: "query", name: "api_key" },
    ] as const;
    const when = [{ on: "header", name: "authorization" }] as const;
    const gateway = testGateway();
    gateway.publish({
      policies: [
        { id: "size", type: "request-size", config: { bodyBytesMax: 0, headersBytesMax: 1_000 } },
        { id: "key", type: "require-key", config: { locations: [...locations] } },
        { id: "caller", type: "require-principal" },
        { id: "mark", type: "request-headers", when: [...when], config: { set: { "x-token": "passes" } } },
        { id: "source", type: "request-headers", config: { add: { "x-source": "shop" } } },
        { id: "cache", type: "cache" },
      ],
    });
    const key = await gateway.key();
    const { path = "/books", headers = {} } = ask(key);
    expect((await gateway.call(`https://api.test/shop/v1${path}`, { headers })).status).toBe(200);
    const [seen] = gateway.seen;
    expect(JSON.stringify([seen?.url, ...(seen?.headers ?? [])])).not.toContain("gh_live_");
    expect(seen?.headers.get("x-source")).toBe("shop");
    // A condition behind the policy that took the key does not see it either.
    expect(seen?.headers.has("x-token")).toBe(false);
  });

  it("refuses with the draft's problem and headers when the limit is passed", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(2)) };
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      statuses.push((await gateway.call("https://api.test/shop/v1/books", { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await gateway.call("https://api.test/shop/v1/books", { headers });
    expect(refused.headers.get("ratelimit")).toMatch(/^"per-hour";r=0;t=\d+$/);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const problem = await problemOf(refused);
    expect(problem.type).toBe("https://iana.org/assignments/http-problem-types#quota-exceeded");
    expect(problem["violated-policies"]).toEqual(["per-hour"]);
    expect(gateway.seen).toHaveLength(2);
  });

  it("seals into each refusal what decided, so that only Gatehouse can read it", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed });
    const { instance } = await problemOf(await gateway.call("https://api.test/shop/v1/books"));
    const opened = await openInstance(instance, sealer("test-key-secret-0123456789abcdef", "explanation"));
    expect(opened).toMatchObject({ code: "credential-missing", decidedBy: "door", type: "require-principal" });
    expect(opened?.passage.map(([policy, verdict]) => [policy, verdict])).toEqual([
      ["key", "passed"],
      ["door", "refused"],
    ]);
    expect(await openInstance(instance, sealer("another-secret-0123456789abcdef0", "explanation"))).toBeNull();
    expect(instance.length).toBeLessThan(1_000);
  });

  it("explains and counts whoever still calls a retired version", async () => {
    const gateway = testGateway();
    gateway.publish({ versions: [{ name: "v1", state: "retired" }] });
    const { instance } = await problemOf(await gateway.call("https://api.test/shop/v1/books"));
    const opened = await openInstance(instance, sealer("test-key-secret-0123456789abcdef", "explanation"));
    expect(opened).toMatchObject({ code: "version-retired", version: "v1", workspace: gateway.ids.workspace });
    expect(gateway.usage).toMatchObject([{ status: 410, version: "ver_1", versionName: "v1", refusedBy: "gateway" }]);
  });

  it("counts calls by the version's id, which outlasts its name, in a brownout too; by what was called where there is none", async () => {
    const gateway = testGateway();
    const now = Date.now();
    const brownouts = [{ from: now - 3_600_000, to: now + 3_600_000 }];
    const [v1, v2] = [
      { name: "v1", state: "deprecated", deprecation: { deprecatedAt: 0, brownouts } },
      { name: "v2", state: "published" },
    ] as const;
    gateway.publish({ selector: { in: "query", name: "v" }, versions: [v1, v2] });
    for (const name of ["v1", "v2", "v9"]) await (await gateway.call(`https://api.test/shop/books?v=${name}`)).text();
    await gateway.settle();
    const counted = gateway.usage.map(({ status, versionName, version }) => `${status} ${versionName} ${version}`);
    expect(counted.toSorted()).toEqual(["200 v2 ver_2", "404 v9 v9", "503 v1 ver_1"]);
  });

  it("records every call once, refused ones apart", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(1)) };
    await (await gateway.call("https://api.test/shop/v1/books", { headers })).text();
    await (await gateway.call("https://api.test/shop/v1/books", { headers })).text();
    await (await gateway.call("https://api.test/shop/v1/nothing", { headers })).text();
    await gateway.settle();
    expect(gateway.usage.map(({ status, refusedBy, operation }) => [status, refusedBy, operation])).toEqual([
      [200, "", "GET /books"],
      [429, "plan-limits", "GET /books"],
      [404, "gateway", ""],
    ]);
  });
});

describe("how current an isolate is", () => {
  it("makes no storage or object round trip for a warm, keyed, leased call before the upstream", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(1_000_000, "leased")) };
    // Traffic enough for the isolate to hold a lease.
    for (let call = 0; call < 60; call += 1) {
      await gateway.call("https://api.test/shop/v1/books", { headers });
      gateway.advance(10);
    }
    let before: readonly string[] = ["none counted"];
    gateway.upstream = () => {
      before = [...gateway.trips];
      return new Response("ok");
    };
    gateway.trips.length = 0;
    expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(200);
    expect(before).toEqual([]);
  });

  it("serves what was published within ten seconds, waiting for the Beacon only after that", async () => {
    const gateway = testGateway();
    gateway.publish();
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(200);
    gateway.publish({ routes: [["GET", "/authors"]] });
    gateway.advance(4_000);
    expect((await gateway.call("https://api.test/shop/v1/authors")).status).toBe(404);
    gateway.advance(7_000);
    expect((await gateway.call("https://api.test/shop/v1/authors")).status).toBe(200);
  });

  it("asks in the background after five seconds", async () => {
    const gateway = testGateway();
    gateway.publish();
    await gateway.call("https://api.test/shop/v1/books");
    gateway.publish({ routes: [["GET", "/authors"]] });
    gateway.advance(6_000);
    expect((await gateway.call("https://api.test/shop/v1/authors")).status).toBe(404);
    await vi.waitFor(async () => {
      expect((await gateway.call("https://api.test/shop/v1/authors")).status).toBe(200);
    });
  });

  it("asks signal and lease together on a sparse call: one wait", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(1_000, "exact")) };
    await gateway.call("https://api.test/shop/v1/books", { headers });
    gateway.advance(30_000);
    gateway.trips.length = 0;
    let before: readonly string[] = [];
    gateway.upstream = () => {
      before = [...gateway.trips];
      return new Response("ok");
    };
    expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(200);
    expect([...before].sort()).toEqual(["beacon", "ledger"]);
  });

  it("stops believing a key as soon as a signal names it", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed });
    const key = await gateway.key(plan(10));
    const headers = { "x-api-key": key };
    expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(200);
    const hash = await gateway.keyHash(key);
    gateway.putRecord("key", hash, {
      sequence: 9,
      id: "key_1",
      workspace: gateway.ids.workspace,
      environment: gateway.ids.environment,
      application: gateway.ids.application,
      expiresAt: null,
      revoked: true,
    });
    gateway.announce({ sequence: 9, kind: "key", id: hash });
    gateway.advance(11_000);
    expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(401);
  });

  it("serves from KV's root while the Beacon cannot be reached, cold and warm, and follows it", async () => {
    const gateway = testGateway();
    gateway.publish();
    gateway.beaconDown = true;
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(200);
    gateway.publish({ routes: [["GET", "/authors"]] });
    gateway.advance(60_000);
    expect((await gateway.call("https://api.test/shop/v1/authors")).status).toBe(200);
  });

  it("answers 503 when neither Beacon nor KV can say what is served, and 404 when nothing was ever published", async () => {
    const gateway = testGateway();
    gateway.publish();
    gateway.beaconDown = true;
    gateway.kvDown = true;
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(503);
    gateway.beaconDown = false;
    gateway.kvDown = false;
    gateway.advance(60_000);
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(200);
  });

  it("goes on with what it has when what has moved cannot be read, and follows as soon as it can", async () => {
    const gateway = testGateway();
    gateway.publish();
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(200);
    gateway.publish({ routes: [["GET", "/authors"]] });
    gateway.kvDown = true;
    gateway.advance(60_000);
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(200);
    gateway.kvDown = false;
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(404);
  });

  it("answers 503 with a problem when neither a bucket nor a record can be read", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed });
    const headers = { "x-api-key": await gateway.key() };
    gateway.recordsDown = true;
    const keyless = await gateway.call("https://api.test/shop/v1/books", { headers });
    expect([keyless.status, (await problemOf(keyless)).code]).toEqual([503, "registry-unavailable"]);
    const cold = testGateway();
    cold.publish();
    cold.kvDown = true;
    const refused = await cold.call("https://api.test/shop/v1/books");
    expect([refused.status, (await problemOf(refused)).code]).toEqual([503, "registry-unavailable"]);
  });

  it("never lets a revoked key through on what it read before the signal came, cold or sparse", async () => {
    for (const isCold of [true, false]) {
      const gateway = testGateway();
      gateway.publish({ policies: keyed });
      const key = await gateway.key(plan(10));
      const headers = { "x-api-key": key };
      if (!isCold) {
        expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(200);
        gateway.advance(400_000);
      }
      const hash = await gateway.keyHash(key);
      gateway.putRecord("key", hash, {
        sequence: 9,
        id: "key_1",
        workspace: gateway.ids.workspace,
        environment: gateway.ids.environment,
        application: gateway.ids.application,
        expiresAt: null,
        revoked: true,
      });
      gateway.announce({ sequence: 9, kind: "key", id: hash });
      gateway.beaconMs = 50;
      expect((await gateway.call("https://api.test/shop/v1/books", { headers })).status).toBe(401);
    }
  });

  it("takes one unit for a sparse call, whatever moves meanwhile", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(100)) };
    const left = async (): Promise<number> => {
      const response = await gateway.call("https://api.test/shop/v1/books", { headers });
      await response.text();
      return Number(/r=(\d+)/.exec(response.headers.get("ratelimit") ?? "")?.[1]);
    };
    expect(await left()).toBe(99);
    gateway.advance(20_000);
    gateway.announce({ sequence: 5, kind: "key", id: "of somebody else" });
    expect(await left()).toBe(98);
    gateway.advance(20_000);
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    expect(await left()).toBe(97);
    expect(gateway.seen).toHaveLength(3);
    await vi.waitFor(() => expect(gateway.usage).toHaveLength(3));
  });

  it("lets a larger plan take effect with its signal, whatever was refused a moment ago", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: keyed, products: ["prod_1"] });
    const headers = { "x-api-key": await gateway.key(plan(1)) };
    const status = async () => (await gateway.call("https://api.test/shop/v1/books", { headers })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    const id = gateway.ids.plan;
    const { workspace } = gateway.ids;
    gateway.putRecord("plan", id, { sequence: 9, id, workspace, slug: "plan", limits: plan(5) });
    gateway.announce({ sequence: 9, kind: "plan", id });
    gateway.advance(6_000);
    await vi.waitFor(async () => expect(await status()).toBe(200));
  });

  it("does not ask the Beacon once for each of many calls while it fails", async () => {
    const gateway = testGateway();
    gateway.publish();
    await gateway.call("https://api.test/shop/v1/books");
    gateway.beaconDown = true;
    gateway.advance(20_000);
    await gateway.call("https://api.test/shop/v1/books");
    gateway.advance(3_000);
    gateway.trips.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => gateway.call("https://api.test/shop/v1/books")));
    expect(gateway.trips.filter((trip) => trip === "beacon")).toHaveLength(1);
  });

  it("runs the platform's and the workspace's policies before the revision's, as soon as they are set", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: [{ id: "mine", type: "response-headers", config: { set: { "x-by": "revision" } } }] });
    expect((await gateway.call("https://api.test/shop/v1/books")).headers.get("x-by")).toBe("revision");
    gateway.setPolicies("global", [{ id: "central", type: "response-headers", config: { set: { "x-by": "global" } } }]);
    gateway.advance(11_000);
    expect((await gateway.call("https://api.test/shop/v1/books")).headers.get("x-by")).toBe("global");
  });
});

describe("the upstream", () => {
  it("gets true forwarding headers, whatever the caller claims, and none of its connection's", async () => {
    const gateway = testGateway();
    gateway.publish();
    await gateway.call("https://api.test/shop/v1/books", {
      headers: {
        "cf-connecting-ip": "203.0.113.9",
        "x-forwarded-for": "10.0.0.1",
        forwarded: "for=10.0.0.1",
        "x-real-ip": "10.0.0.1",
        connection: "x-secret-hop",
        "x-secret-hop": "1",
        te: "trailers",
        "gatehouse-principal": "admin",
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      },
    });
    const headers = Object.fromEntries(gateway.seen[0]?.headers ?? []);
    expect(headers["x-forwarded-for"]).toBe("203.0.113.9");
    expect(headers["forwarded"]).toBe('for=203.0.113.9;host="api.test";proto=https');
    expect(headers["x-forwarded-host"]).toBe("api.test");
    expect(headers["via"]).toBe("1.1 portal.test");
    expect(headers["traceparent"]).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    for (const name of ["x-real-ip", "x-secret-hop", "te", "gatehouse-principal"])
      expect(headers[name]).toBeUndefined();
  });

  it("answers 502 when it cannot be reached, and 504 when it is silent for longer than firstByteMs", async () => {
    const gateway = testGateway();
    gateway.publish({ timeouts: { firstByteMs: 20 } });
    gateway.upstream = () => Promise.reject(new Error("Network connection lost."));
    const lost = await gateway.call("https://api.test/shop/v1/books");
    expect(lost.status).toBe(502);
    expect(JSON.stringify(await problemOf(lost))).not.toContain("Network connection lost");
    gateway.upstream = () => new Promise(() => undefined);
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(504);
    const stopped = Promise.withResolvers<void>();
    gateway.upstream = (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener("abort", () => {
          stopped.resolve();
          reject(new Error("aborted"));
        });
      });
    const upload = { method: "POST", body: "a book" };
    expect((await gateway.call("https://api.test/shop/v1/orders", upload)).status).toBe(504);
    await stopped.promise;
  });

  it("has its answer dropped when that comes after all", async () => {
    const gateway = testGateway();
    gateway.publish({ timeouts: { firstByteMs: 20 } });
    const cancelled = Promise.withResolvers<void>();
    const late = Promise.withResolvers<Response>();
    gateway.upstream = () => late.promise;
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(504);
    late.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
    await cancelled.promise;
  });

  it.each(["http://127.0.0.1:9", "http://169.254.169.254", "http://[::1]:8080", "https://portal.test"])(
    "is never %s unless the installation lists it",
    async (target) => {
      const gateway = testGateway();
      gateway.publish({ target });
      expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(502);
      expect(gateway.seen).toHaveLength(0);
    },
  );

  it.each([
    ["https://upstream.test/base/books/1?a=b#c", "https://api.test/shop/v1/books/1?a=b#c"],
    ["/base/books/1", "/shop/v1/books/1"],
    ["https://upstream.test:443/base/books/1", "https://api.test/shop/v1/books/1"],
    ["https://upstream.test/base", "https://api.test/shop/v1"],
    ["books/1", "books/1"],
    ["https://upstream.test/elsewhere", "https://upstream.test/elsewhere"],
    ["https://other.test/base/books", "https://other.test/base/books"],
  ])("points to %s, the caller is pointed to %s", async (location, expected) => {
    const gateway = testGateway();
    gateway.publish();
    gateway.upstream = () => new Response(null, { status: 201, headers: { location } });
    const response = await gateway.call("https://api.test/shop/v1/b%6Foks");
    expect(response.headers.get("location")).toBe(expected);
  });

  it("never hears of another address or method than what was matched, however it is spelt", async () => {
    const gateway = testGateway();
    gateway.publish();
    await gateway.call("https://api.test/shop/v1/books", {
      headers: {
        "x-original-url": "/evil",
        "x-rewrite-url": "/evil",
        "x-http-method-override": "DELETE",
        "x-forwarded-scheme": "gopher",
        x_forwarded_for: "10.0.0.1",
        "x-mine": "kept",
      },
    });
    const names = [...(gateway.seen[0]?.headers.keys() ?? [])];
    expect(names.filter((name) => /original|rewrite|override|scheme|x_forwarded/.test(name))).toEqual([]);
    expect(names).toContain("x-mine");
  });

  it("gets what a policy sets, whatever the caller names in Connection", async () => {
    const gateway = testGateway();
    gateway.publish({ policies: [{ id: "gate", type: "request-headers", config: { set: { "x-gate": "yes" } } }] });
    await gateway.call("https://api.test/shop/v1/books", { headers: { connection: "x-gate", "x-gate": "forged" } });
    expect(gateway.seen[0]?.headers.get("x-gate")).toBe("yes");
  });

  it("cannot set or clear what belongs to Gatehouse's own pages", async () => {
    const gateway = testGateway();
    gateway.publish();
    const headers = new Headers({ "clear-site-data": '"cookies"', "gatehouse-anything": "forged" });
    headers.append("set-cookie", "__Host-gatehouse-console=stolen; Path=/; Secure");
    headers.append("set-cookie", "mine=1");
    gateway.upstream = () => new Response("ok", { headers });
    const response = await gateway.call("https://api.test/shop/v1/books", {
      headers: { cookie: "a=b; __Host-gatehouse-console=secret; c=d" },
    });
    expect(response.headers.getSetCookie()).toEqual(["mine=1"]);
    expect(response.headers.get("clear-site-data")).toBeNull();
    expect(response.headers.get("gatehouse-anything")).toBeNull();
    expect(gateway.seen[0]?.headers.get("cookie")).not.toContain("secret");
  });

  it.each([
    "http://localhost.:80",
    "http://metadata.google.internal.",
    "https://portal.test./",
    "http://[::127.0.0.1]",
    "http://[::ffff:10.0.0.1]",
    "http://intranet/",
  ])("is never %s either", async (target) => {
    const gateway = testGateway();
    gateway.publish({ target });
    expect((await gateway.call("https://api.test/shop/v1/books")).status).toBe(502);
    expect(gateway.seen).toHaveLength(0);
  });

  it("passes redirects on, and turns the upstream's own address into the one that the caller used", async () => {
    const gateway = testGateway();
    gateway.publish();
    gateway.upstream = () =>
      new Response(null, { status: 302, headers: { location: "https://upstream.test/base/books/1" } });
    const response = await gateway.call("https://api.test/shop/v1/books", { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://api.test/shop/v1/books/1");
  });
});
