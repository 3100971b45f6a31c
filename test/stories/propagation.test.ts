/**
 * How soon a change that is made through one isolate holds in another that is in traffic: publish, rollback, a policy set, a
 * suspended application and a revoked key, against the bound of the architecture.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { answer, startUpstream, type ScriptedUpstream } from "../support/node/scripted-upstream.ts";

/** An isolate in traffic asks every 5 s, and waits for what is older than 10 s. The rest is for two busy cores. */
const boundMs = 10_000;
const within = { timeout: boundMs + 2_000, interval: 100 };
const v1 = "/manage/v1/apis/books/versions/v1";

let upstream: ScriptedUpstream;
let gatehouse: BuiltGatehouse;

/** Made through the first isolate. */
async function manage(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const made = await gatehouse.manage(method, path, { gateway: 0, ...(body === undefined ? {} : { body }) });
  expect(made.status, made.text).toBeLessThan(300);
  return made.text === "" ? {} : (made.json() as Record<string, unknown>);
}

const call = (gateway: number, key: string, path = "/books/v1/books") =>
  gatehouse.call(path, { gateway, headers: { "x-api-key": key } });

const marked = (mark: string) => [
  { id: "guard", type: "policy-set", config: { set: "guarded" } },
  { id: "mark", type: "response-headers", config: { set: { "x-mark": mark } } },
];
const guarded = (mark: string) => [
  { id: "key", type: "require-key" },
  { id: "door", type: "require-principal" },
  { id: "set", type: "response-headers", config: { set: { "x-set": mark } } },
];

async function newKey(): Promise<{ readonly key: string; readonly id: string }> {
  const { key, id } = await manage("POST", "/manage/v1/applications/reader/keys", { name: "One" });
  return { key: String(key), id: String(id) };
}

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.script("/books", answer({ json: [] }));
  gatehouse = await startBuilt({ gateways: 2, upstreams: [upstream], vars: { MANAGE_ON_GATEWAY: "true" } });
  await manage("PATCH", "/manage/v1/environments/production", { hosts: ["api.localhost"] });
  await manage("POST", "/manage/v1/upstreams", { slug: "up", targets: { production: [{ url: upstream.url }] } });
  await manage("POST", "/manage/v1/policy-sets", { slug: "guarded", name: "Guarded", policies: guarded("one") });
  await manage("POST", "/manage/v1/apis", { slug: "books", name: "Books", prefix: "/books" });
  const operations = [{ id: "listBooks", method: "GET", path: "/books" }];
  await manage("POST", "/manage/v1/apis/books/versions", {
    name: "v1",
    upstream: "up",
    operations,
    policies: marked("one"),
  });
  await manage("POST", `${v1}/publish`, {});
  await manage("POST", "/manage/v1/organizations", { slug: "acme", name: "Acme" });
  await manage("POST", "/manage/v1/applications", { organization: "acme", slug: "reader", name: "Reader" });
}, 180_000);
afterAll(async () => {
  await gatehouse?.stop();
  await upstream?.stop();
});

/** What a caller sees of the state: the status, and the marks of revision and set. */
async function seen(gateway: number, key: string): Promise<string> {
  const { status, headers } = await call(gateway, key);
  return [status, headers["x-mark"] ?? "", headers["x-set"] ?? ""].join(" ").trimEnd();
}

/** Both isolates serve the state before; then the change is made, and each is in traffic until it serves the one after. */
async function measure(what: string, key: string, before: string, after: string, change: () => Promise<unknown>) {
  for (const gateway of [0, 1]) await vi.waitFor(async () => expect(await seen(gateway, key)).toBe(before), within);
  await change();
  const began = performance.now();
  const times = await Promise.all(
    [0, 1].map(async (gateway) => {
      await vi.waitFor(async () => expect(await seen(gateway, key)).toBe(after), within);
      return Math.round(performance.now() - began);
    }),
  );
  console.log(`${what}: ${times[0]} ms in the isolate that made it, ${times[1]} ms in the other (bound ${boundMs} ms)`);
  // What has been seen once holds: neither isolate goes back.
  for (const gateway of [0, 1]) expect(await seen(gateway, key)).toBe(after);
}

describe("a change made through one isolate", () => {
  it("holds in another that is in traffic within the beacon's bound", { timeout: 120_000 }, async () => {
    const { key, id } = await newKey();
    await measure("publish", key, "200 one one", "200 two one", async () => {
      await manage("PATCH", v1, { policies: marked("two") });
      await manage("POST", `${v1}/publish`, {});
    });
    await measure("rollback", key, "200 two one", "200 one one", () => manage("POST", `${v1}/rollback`, {}));
    await measure("policy set", key, "200 one one", "200 one two", () =>
      manage("PATCH", "/manage/v1/policy-sets/guarded", { policies: guarded("two") }),
    );
    await measure("suspend", key, "200 one two", "403", () =>
      manage("POST", "/manage/v1/applications/reader/suspend", {}),
    );
    await measure("resume", key, "403", "200 one two", () =>
      manage("POST", "/manage/v1/applications/reader/resume", {}),
    );
    await measure("revoke", key, "200 one two", "401", () => manage("DELETE", `/manage/v1/keys/${id}`));
  });
});

/** An API in a product with a plan of each mode, an application under each, and a key. */
async function subscribers(): Promise<
  Readonly<Record<"exact" | "leased", { application: string; subscription: string }>>
> {
  const operations = [{ id: "listBooks", method: "GET", path: "/books" }];
  const policies = [
    { id: "key", type: "require-key" },
    { id: "door", type: "require-principal" },
  ];
  await manage("POST", "/manage/v1/apis", { slug: "counted", name: "Counted", prefix: "/counted" });
  await manage("POST", "/manage/v1/apis/counted/versions", { name: "v1", upstream: "up", operations, policies });
  await manage("POST", "/manage/v1/apis/counted/versions/v1/publish", {});
  await manage("POST", "/manage/v1/products", { slug: "shop", name: "Shop", apis: ["counted"] });
  const limit = { name: "per-hour", algorithm: "fixed-window", callsMax: 100_000, windowMs: 3_600_000 };
  const made = await Promise.all(
    (["exact", "leased"] as const).map(async (mode) => {
      const plan = { slug: mode, name: mode, limits: { mode, limits: [limit] } };
      await manage("POST", "/manage/v1/products/shop/plans", plan);
      await manage("POST", "/manage/v1/applications", { organization: "acme", slug: mode, name: mode });
      const asked = { application: mode, product: "shop", plan: mode };
      const { id } = await manage("POST", "/manage/v1/subscriptions", asked);
      return [mode, { application: mode, subscription: String(id) }] as const;
    }),
  );
  return Object.fromEntries(made) as Record<"exact" | "leased", { application: string; subscription: string }>;
}

/** Calls both isolates, over and over, until both answer so; how long that took since the change was answered. */
async function answeredAfter(
  key: string,
  [before, after]: readonly [number, number],
  change: () => Promise<unknown>,
): Promise<readonly number[]> {
  const path = "/counted/v1/books";
  for (const gateway of [0, 1]) {
    await vi.waitFor(async () => expect((await call(gateway, key, path)).status).toBe(before), within);
    // So many that an isolate of a leased plan holds units of its own.
    for (let calls = 0; calls < 20; calls += 1) await call(gateway, key, path);
  }
  await change();
  const began = performance.now();
  return Promise.all(
    [0, 1].map(async (gateway) => {
      while ((await call(gateway, key, path)).status !== after) {
        expect(performance.now() - began).toBeLessThan(boundMs);
      }
      return Math.round(performance.now() - began);
    }),
  );
}

describe("what ends an application's right to call", () => {
  it("holds at the next call in an exact plan, and soon in a leased one", { timeout: 120_000 }, async () => {
    await subscribers();
    const makeKey = async (application: string) => {
      const { key, id } = await manage("POST", `/manage/v1/applications/${application}/keys`, { name: "One" });
      return { key: String(key), id: String(id) };
    };
    for (const mode of ["exact", "leased"] as const) {
      const leaked = await makeKey(mode);
      const other = await makeKey(mode);
      const revoked = await answeredAfter(leaked.key, [200, 401], () =>
        manage("DELETE", `/manage/v1/keys/${leaked.id}`),
      );
      // The application's other key goes on with what is leased.
      expect((await call(1, other.key, "/counted/v1/books")).status).toBe(200);
      const suspended = await answeredAfter(other.key, [200, 403], () =>
        manage("POST", `/manage/v1/applications/${mode}/suspend`, {}),
      );
      console.log(
        `${mode}: a revoked key is refused after ${revoked.join(" and ")} ms in the two isolates, a suspended application after ${suspended.join(" and ")} ms`,
      );
    }
  });

  it("is decided by the ledger before any signal has come: the very next call of an exact plan", async () => {
    const { key, id } = await manage("POST", "/manage/v1/applications/exact/resume", {}).then(() =>
      manage("POST", "/manage/v1/applications/exact/keys", { name: "Next" }),
    );
    const path = "/counted/v1/books";
    await vi.waitFor(async () => expect((await call(1, String(key), path)).status).toBe(200), within);
    await manage("DELETE", `/manage/v1/keys/${String(id)}`);
    expect((await call(1, String(key), path)).status).toBe(401);
  });
});

describe("what lets an application call again", () => {
  it(
    "holds within seconds in both modes: a larger plan, and credit that is granted",
    { timeout: 120_000 },
    async () => {
      const tight = { name: "per-hour", algorithm: "fixed-window", callsMax: 3, windowMs: 3_600_000 };
      for (const mode of ["exact", "leased"] as const) {
        const plans = { small: { mode, limits: [tight] }, prepaid: { mode, limits: [], credit: {} } };
        const keys = new Map<string, { readonly key: string; readonly subscription: string }>();
        for (const [name, limits] of Object.entries(plans)) {
          const slug = `${mode}-${name}`;
          await manage("POST", "/manage/v1/products/shop/plans", { slug, name: slug, limits });
          await manage("POST", "/manage/v1/applications", { organization: "acme", slug, name: slug });
          const asked = { application: slug, product: "shop", plan: slug };
          const { id } = await manage("POST", "/manage/v1/subscriptions", asked);
          const { key } = await manage("POST", `/manage/v1/applications/${slug}/keys`, { name: "One" });
          keys.set(name, { key: String(key), subscription: String(id) });
        }
        const small = keys.get("small") ?? { key: "", subscription: "" };
        for (let calls = 0; calls < 3; calls += 1) {
          await vi.waitFor(
            async () => expect((await call(0, small.key, "/counted/v1/books")).status).toBe(200),
            within,
          );
        }
        const upgraded = await answeredAfter(small.key, [429, 200], () =>
          manage("PATCH", `/manage/v1/subscriptions/${small.subscription}`, { plan: mode }),
        );
        const prepaid = keys.get("prepaid") ?? { key: "", subscription: "" };
        const granted = await answeredAfter(prepaid.key, [402, 200], () =>
          manage("POST", `/manage/v1/subscriptions/${prepaid.subscription}/grants`, { units: 1_000 }),
        );
        console.log(
          `${mode}: a larger plan lets calls through after ${upgraded.join(" and ")} ms in the two isolates, credit after ${granted.join(" and ")} ms`,
        );
      }
    },
  );
});
