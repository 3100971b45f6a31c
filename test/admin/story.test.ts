/** What an operator does from an empty workspace to the first usage, all of it over HTTP. */
import { beforeAll, describe, expect, it } from "vitest";
import { usageTotals } from "../../schema/analytics.ts";
import { latencyBoundsMs } from "../../src/model/usage.ts";
import { resourcesOf } from "../../src/admin/resources.ts";
import { explanationText } from "../../src/model/explanation.ts";
import { answered, management, nameOf, type Management } from "./management.ts";

const document = `openapi: 3.1.0
info: { title: Books, version: "1" }
paths:
  /books:
    get: { operationId: listBooks, responses: { "200": { description: All. } } }
`;

async function multipart(form: FormData) {
  const sent = new Response(form);
  return { headers: { "Content-Type": sent.headers.get("Content-Type") ?? "" }, body: await sent.text() };
}

/** In a product, a version must ask who is calling. */
const key = { id: "key", type: "require-key" };
const cors = { id: "cors", type: "cors", config: { origins: ["*"] } };

describe("an operator", () => {
  it("brings an API to its first key, and sees what was used", async () => {
    const { call, ctx } = await management();

    await call("POST", "/upstreams", {
      body: { slug: "shop", targets: { production: [{ url: "https://shop.example" }] } },
    });
    await call("POST", "/apis", { body: { slug: "books", name: "Books", prefix: "/books" } });
    const version = await call("POST", "/apis/books/versions", {
      body: { name: "v1", upstream: "shop", policies: [key] },
    });
    expect(version.headers.get("Location")).toBe("/manage/v1/apis/books/versions/v1");

    const yaml = { "Content-Type": "application/yaml" };
    const imported = await call("PUT", "/apis/books/versions/v1/document", { headers: yaml, body: document });
    expect(imported.json).toMatchObject({ title: "Books", version: { name: "v1", edition: 2 } });
    expect(imported.json?.["operations"]).toBeGreaterThan(0);
    const form = new FormData();
    form.set("openapi.yaml", new Blob([document.replace("    get:", "    $ref: list.yaml\n  /one:\n    get:")]));
    form.set("list.yaml", new Blob(["get: { operationId: listAll, responses: { '200': { description: All. } } }"]));
    const several = await call("PUT", "/apis/books/versions/v1/document", await multipart(form));
    expect(several.json).toMatchObject({ operations: 2, findings: [] });
    await call("PUT", "/apis/books/versions/v1/document", { headers: yaml, body: document });
    expect((await call("GET", "/apis/books/versions/v1/document?as=3.1")).text).toBe(document);
    const kept = await call("GET", "/apis/books/versions/v1/document");
    expect(kept.text).toBe(document);
    expect(kept.headers.get("Content-Type")).toBe("application/yaml");

    const findings = await call("GET", "/apis/books/versions/v1/findings");
    expect(findings.json).toMatchObject({ publishable: true });
    const published = await call("POST", "/apis/books/versions/v1/publish");
    expect(published.json).toMatchObject({ number: 1, version: { state: "published" } });
    expect((await call("GET", "/apis/books/versions/v1/revisions")).json).toMatchObject({ items: [{ number: 1 }] });
    expect((await call("GET", "/apis/books/versions/v1/revisions/1/document")).text).toBe(document);
    expect((await call("GET", "/apis/books/versions/v1/deployments")).json).toMatchObject({
      items: [{ environment: "production", number: 1 }],
    });

    await call("POST", "/products", { body: { slug: "reading", name: "Reading", apis: ["books"] } });
    const limits = { limits: [{ name: "hourly", algorithm: "fixed-window", callsMax: 100, windowMs: 3_600_000 }] };
    const plan = await call("POST", "/products/reading/plans", { body: { slug: "free", name: "Free", limits } });
    expect(plan.headers.get("Location")).toBe("/manage/v1/products/reading/plans/free");
    await call("POST", "/organizations", { body: { slug: "acme", name: "Acme" } });
    const application = await call("POST", "/applications", {
      body: { organization: "acme", slug: "reader", name: "Reader" },
    });
    const id = String(application.json?.["id"]);
    expect(application.headers.get("Location")).toBe(`/manage/v1/applications/${id}`);
    const subscription = await call("POST", "/subscriptions", {
      body: { application: "acme/reader", product: "reading", plan: "free" },
    });
    expect(subscription.status).toBe(201);

    // The slash between organization and application travels encoded.
    const made = await call("POST", "/applications/acme%2Freader/keys", { body: { name: "First" } });
    expect(made.headers.get("Cache-Control")).toBe("no-store");
    const secret = String(made.json?.["key"]);
    expect(secret).toMatch(/^gh_live_/);
    const shown = [
      await call("GET", "/keys"),
      await call("GET", `/applications/${id}/keys`),
      await call("GET", "/audit"),
    ];
    for (const { status, text } of shown) {
      expect(status).toBe(200);
      expect(text).not.toContain(secret);
    }
    expect(shown[0]?.json).toMatchObject({
      items: [{ name: "First", hint: `${secret.slice(0, 12)}…`, revokedAt: null }],
    });

    await ctx.db.insert(usageTotals).values({
      source: "app",
      hour: 483_333,
      workspace: ctx.workspace,
      environment: ctx.environment,
      subscription: String(subscription.json?.["id"]),
      application: id,
      api: "api_1",
      version: "ver_1",
      operation: "listBooks",
      meter: "calls",
      calls: 3,
      units: 3,
      classes: { "2xx": 2, "4xx": 1 },
      histogram: latencyBoundsMs.map(() => 0).concat(3),
      reportVersion: 1,
    });
    expect((await call("GET", "/logs?wait=0&api=books")).json).toMatchObject({ items: [], skipped: 0 });
    const used = await call("GET", `/usage?from=0&to=2000000000000&by=application,operation&application=${id}`);
    expect(used.json).toMatchObject({ items: [{ application: id, operation: "listBooks", calls: 3 }], complete: true });
    expect((await call("GET", "/usage?from=0&to=2000000000000&by=api&by=version")).json).toMatchObject({
      items: [{ api: "api_1", version: "ver_1", calls: 3 }],
    });

    const minutes = `/usage?per=minute&from=${Date.now() - 600_000}`;
    expect((await call("GET", `${minutes}&application=acme%2Freader`)).json).toEqual({ items: [], complete: true });
    expect((await call("GET", minutes)).json).toMatchObject({ status: 400, errors: [{ pointer: "/application" }] });
    const reconciled = await call("POST", "/usage/reconcile?limit=5", { body: { application: id } });
    expect(reconciled.json).toMatchObject({ items: [{ application: id, after: { calls: 0 } }], cursor: null });

    const path = `/keys/${String(made.json?.["id"])}`;
    const end = Date.now() + 3_600_000;
    expect((await call("PATCH", path, { body: { name: "Main", expiresAt: end } })).json).toMatchObject({
      name: "Main",
    });
    expect((await call("GET", path)).json).toMatchObject({ expiresAt: end, revokedAt: null });
    const revoked = await call("DELETE", path);
    expect(revoked.json?.["revokedAt"]).toEqual(expect.any(Number));
  });

  it("applies a whole workspace by plan and planId", async () => {
    const { call, ctx } = await management();
    const file = {
      format: 1,
      workspace: ctx.workspace,
      environments: { production: { hosts: [ctx.host] } },
      upstreams: { shop: { targets: { production: [{ url: "https://shop.example" }] } } },
      apis: {
        books: {
          name: "Books",
          prefix: "/books",
          versions: { v1: { state: "published", operations: { listBooks: "GET /books" }, upstream: "shop" } },
        },
      },
    };
    const plan = await call("PUT", "/platform-file?plan=true", { body: { file } });
    expect(plan.json).toMatchObject({ applied: false });
    expect((await call("GET", "/apis")).json).toMatchObject({ items: [] });

    const planId = plan.json?.["planId"];
    const missing = await call("PUT", "/platform-file", { body: { file } });
    expect(missing.json).toMatchObject({ status: 400, code: "input-invalid" });
    const applied = await call("PUT", "/platform-file", { body: { file, planId } });
    expect(applied.json).toMatchObject({ applied: true });
    expect((await call("GET", "/apis/books")).json).toMatchObject({ slug: "books" });
    const late = await call("PUT", "/platform-file", { body: { file, planId } });
    expect(late.json).toMatchObject({ status: 409, code: "plan-outdated" });
    const dumped = (await call("GET", "/platform-file")).json ?? {};
    const same = await call("PUT", "/platform-file?plan=true", { body: { file: dumped["file"] } });
    expect([dumped["notes"], same.json?.["changes"], same.json?.["unmanaged"]]).toEqual([[], [], []]);
    const again = await call("PUT", "/platform-file?plan=true", { body: { file } });
    expect(again.json).toMatchObject({ changes: [] });

    const wrong = { ...file, apis: { books: { name: "Books", prefix: "books" } } };
    const refused = await call("PUT", "/platform-file?plan=true", { body: { file: wrong } });
    expect(refused.json).toMatchObject({ status: 400, errors: [{ pointer: "/file/apis/books/prefix" }] });
  });
});

/** One workspace, in which each step stands on the ones before. */
describe("an operator, step by step,", () => {
  const one = "/apis/books/versions/v1";
  let api: Management;
  let call: Management["call"];
  beforeAll(async () => {
    api = await management();
    call = api.call;
  });

  it("prepares environments and upstreams", async () => {
    await call("POST", "/environments", { body: { slug: "staging", name: "Staging", hosts: [`s.${api.ctx.host}`] } });
    await call("PATCH", "/environments/staging", { body: { name: "Rehearsal" } });
    expect((await call("GET", "/environments")).json).toMatchObject({ items: [{}, { name: "Rehearsal" }] });
    expect((await call("GET", "/environments/staging")).json).toMatchObject({ hosts: [`s.${api.ctx.host}`] });
    await call("POST", "/upstreams", { body: { slug: "shop" } });
    const targets = { production: [{ url: "https://shop.example" }], staging: [{ url: "https://s.shop.example" }] };
    await call("PATCH", "/upstreams/shop", { body: { targets } });
    expect((await call("GET", "/upstreams/shop")).json).toMatchObject({ targets: { staging: [{ weight: 1 }] } });
    expect((await call("GET", "/upstreams")).json).toMatchObject({ items: [{ slug: "shop" }] });
  });

  it("publishes, promotes, rolls back and retires", async () => {
    await call("POST", "/apis", { body: { slug: "books", name: "Books", prefix: "/books" } });
    const operations = [{ id: "listBooks", method: "GET", path: "/books" }];
    await call("POST", "/apis/books/versions", { body: { name: "v1", upstream: "shop", operations, policies: [key] } });
    const getBook = { operation: "getBook", method: "GET", path: "/books/{isbn}" };
    const added = await call("POST", `${one}/operations`, { body: getBook });
    expect(added.headers.get("Location")).toBe(`/manage/v1${one}/operations/getBook`);
    expect((await call("GET", `${one}/operations?search=isbn`)).json).toMatchObject({ items: [getBook] });
    const tag = (await call("GET", `${one}/operations/getBook`)).headers.get("ETag") ?? "";
    const changed = await call("PATCH", `${one}/operations/getBook`, {
      body: { policies: [{ id: "size", type: "request-size", config: { bodyBytesMax: 0 } }] },
      headers: { "If-Match": tag },
    });
    expect(changed.json).toMatchObject({ ...getBook, policies: [{ id: "size" }] });
    const late = await call("DELETE", `${one}/operations/getBook`, { headers: { "If-Match": tag } });
    expect(late.json).toMatchObject({ status: 412, code: "version-conflict" });
    expect((await call("DELETE", `${one}/operations/getBook`)).status).toBe(204);
    await call("PATCH", "/apis/books", { body: { defaultVersion: "v1" } });
    expect((await call("GET", "/apis/books/versions")).json).toMatchObject({ items: [{ name: "v1" }] });
    await call("POST", `${one}/publish`, { body: { environment: "staging" } });
    await call("POST", `${one}/promote`, { body: { from: "staging", environment: "production" } });
    await call("PATCH", one, { body: { policies: [cors, key] } });
    expect((await call("GET", `${one}/draft`)).json).toMatchObject({ policies: [{ id: "cors" }, { id: "key" }] });
    expect((await call("POST", `${one}/publish`)).json).toMatchObject({ number: 2 });
    expect((await call("GET", `${one}/revisions/1`)).json).toMatchObject({ policies: [{ id: "key" }] });
    expect((await call("POST", `${one}/rollback`)).json).toMatchObject({ number: 1 });
    await call("POST", `${one}/withdraw`, { body: { environment: "staging" } });
    expect((await call("GET", `${one}/deployments`)).json).toMatchObject({ items: [{ environment: "production" }] });
    const last = await call("POST", `${one}/withdraw`, { body: { environment: "production" } });
    expect(last.json).toMatchObject({ status: 409, detail: expect.stringContaining("Retire it") });
    await call("PATCH", one, { body: { policies: [{ ...cors, id: "pages" }, key] } });
    expect((await call("POST", `${one}/canary`, { body: { percent: 5 } })).json).toMatchObject({
      number: 3,
      stable: 1,
    });
    expect((await call("PATCH", `${one}/canary`, { body: { percent: 50 } })).json).toMatchObject({ percent: 50 });
    expect((await call("POST", `${one}/canary/abort`)).json).toMatchObject({ running: false });
    await call("POST", `${one}/canary`, { body: { percent: 5 } });
    expect((await call("POST", `${one}/canary/promote`)).json).toMatchObject({ number: 3 });
    const tomorrow = Date.now() + 86_400_000;
    const planned = await call("POST", `${one}/schedules`, { body: { does: "retire", at: tomorrow } });
    const schedule = planned.headers.get("Location")?.replace("/manage/v1", "") ?? "";
    expect((await call("GET", "/schedules?state=waiting")).json).toMatchObject({ items: [{ at: tomorrow }] });
    expect((await call("DELETE", schedule)).json).toMatchObject({ state: "cancelled" });
    expect((await call("GET", schedule)).json).toMatchObject({ does: "retire", state: "cancelled" });
    const states = [];
    for (const step of ["deprecate", "retire", "reinstate"]) states.push((await call("POST", `${one}/${step}`)).json);
    expect(states.map((version) => version?.["state"])).toEqual(["deprecated", "retired", "published"]);
    expect((await call("GET", one)).json).toMatchObject({ state: "published", deprecatedAt: null });
    expect((await call("GET", `${one}/revisions/1/document`)).json).toMatchObject({ code: "resource-not-found" });
    expect((await call("GET", `${one}/callers?days=7`)).json).toEqual({ items: [], count: 0, complete: true });
  });

  it("sets what runs for every call", async () => {
    const list = [{ id: "size", type: "request-size", config: { bodyBytesMax: 1_000 } }];
    for (const path of ["/policies", "/platform/policies"]) {
      const edition = (await call("GET", path)).headers.get("ETag") ?? "";
      const set = await call("PUT", path, { body: { policies: list }, headers: { "If-Match": edition } });
      expect(set.json).toMatchObject({ policies: [{ id: "size", enabled: true }] });
      const wrong = await call("PUT", path, { body: { policies: [{ id: "x", type: "request-sise" }] } });
      expect(wrong.json).toMatchObject({ status: 422, findings: [{ pointer: "/policies/0/type" }] });
      await call("PUT", path, { body: { policies: [] } });
    }
    const set = await call("POST", "/policy-sets", { body: { slug: "bounded", name: "Bounded", policies: list } });
    expect(set.headers.get("Location")).toBe("/manage/v1/policy-sets/bounded");
    const named = [{ id: "bounds", type: "policy-set", config: { set: "bounded" } }];
    await call("PUT", "/policies", { body: { policies: named } });
    expect((await call("DELETE", "/policy-sets/bounded")).json).toMatchObject({ status: 409, code: "has-dependents" });
    await call("PATCH", "/policy-sets/bounded", { body: { policies: [] } });
    expect((await call("GET", "/policy-sets/bounded")).json).toMatchObject({ edition: 2, policies: [] });
    expect((await call("GET", "/policy-sets?search=bound")).json).toMatchObject({ items: [{ slug: "bounded" }] });
    await call("PUT", "/policies", { body: { policies: [] } });
    expect((await call("DELETE", "/policy-sets/bounded")).status).toBe(204);
    await call("POST", "/purges", { body: { scope: "tag", value: "books" } });
  });

  it("bundles and prices", async () => {
    await call("POST", "/products", { body: { slug: "reading", name: "Reading" } });
    await call("PATCH", "/products/reading", { body: { apis: ["books"] } });
    for (const slug of ["free", "paid"]) await call("POST", "/products/reading/plans", { body: { slug, name: slug } });
    await call("PATCH", "/products/reading/plans/paid", { body: { name: "Paid" } });
    expect((await call("GET", "/products/reading/plans/paid")).json).toMatchObject({ name: "Paid" });
    expect((await call("GET", "/products/reading/plans")).json).toMatchObject({ items: [{}, { name: "Paid" }] });
    expect((await call("GET", "/products/reading")).json).toMatchObject({ apis: [expect.stringMatching(/^api_/)] });
    expect((await call("GET", "/products")).json).toMatchObject({ items: [{ slug: "reading" }] });
  });

  it("admits consumers, and ends what they may", async () => {
    await call("POST", "/organizations", { body: { slug: "acme", name: "Acme" } });
    await call("PATCH", "/organizations/acme", { body: { name: "Acme Inc." } });
    expect((await call("GET", "/organizations/acme")).json).toMatchObject({ name: "Acme Inc." });
    expect((await call("GET", "/organizations")).json).toMatchObject({ items: [{ slug: "acme" }] });
    await call("POST", "/applications", { body: { organization: "acme", slug: "reader", name: "Reader" } });
    await call("PATCH", "/applications/reader", { body: { name: "Reader 2" } });
    const owing = { body: { because: "unpaid" } };
    expect((await call("POST", "/applications/reader/suspend", owing)).json).toMatchObject({ state: "unpaid" });
    expect((await call("POST", "/applications/reader/suspend")).json).toMatchObject({ state: "suspended" });
    expect((await call("POST", "/applications/reader/resume")).json).toMatchObject({ state: "active" });
    expect((await call("GET", "/applications/reader")).json).toMatchObject({ name: "Reader 2" });
    expect((await call("GET", "/applications/reader/limits")).json).toMatchObject({ verdict: null });
    expect((await call("GET", "/applications?organization=acme")).json).toMatchObject({ items: [{ slug: "reader" }] });
    const right = { application: "reader", product: "reading", plan: "free" };
    const subscription = (await call("POST", "/subscriptions", { body: right })).headers.get("Location") ?? "";
    const path = subscription.replace("/manage/v1", "");
    await call("PATCH", path, { body: { plan: "paid" } });
    await call("POST", "/products/reading/plans", { body: { slug: "gold", name: "Gold", approval: "manual" } });
    await call("POST", "/applications", { body: { organization: "acme", slug: "writer", name: "Writer" } });
    const wish = { application: "writer", product: "reading", plan: "gold" };
    const waiting = await call("POST", "/subscriptions", { body: wish });
    const asked = waiting.headers.get("Location")?.replace("/manage/v1", "") ?? "";
    expect(waiting.json).toMatchObject({ state: "pending" });
    expect((await call("GET", "/subscriptions?state=pending")).json).toMatchObject({
      items: [{ plan: expect.any(String) }],
    });
    expect((await call("POST", `${asked}/reject`, { body: { reason: "No contract yet." } })).json).toMatchObject({
      state: "rejected",
      reason: "No contract yet.",
    });
    expect((await call("POST", `${asked}/approve`)).json).toMatchObject({ state: "active", reason: null });
    await call("DELETE", asked);
    await call("DELETE", "/applications/writer");
    await call("DELETE", "/products/reading/plans/gold");
    expect((await call("GET", path)).json).toMatchObject({ state: "active" });
    const perDay = { name: "per-day", algorithm: "quota", callsMax: 5, period: "day" };
    await call("PATCH", "/products/reading/plans/paid", { body: { limits: { limits: [perDay] } } });
    const more = { body: { callsMax: 50, reason: "Launch" } };
    expect((await call("PUT", `${path}/overrides/per-day`, more)).json).toMatchObject({
      overrides: [{ callsMax: 50 }],
    });
    expect((await call("DELETE", `${path}/overrides/per-day`)).json).toMatchObject({ overrides: [] });
    expect((await call("GET", "/events?application=reader")).json).toMatchObject({ items: [] });
    const granted = await call("POST", `${path}/grants`, { body: { units: 50, note: "Order 7" } });
    const grant = granted.headers.get("Location")?.replace("/manage/v1", "") ?? "";
    await call("PATCH", grant, { body: { priority: 1 } });
    expect((await call("GET", grant)).json).toMatchObject({ units: 50, priority: 1, note: "Order 7" });
    expect((await call("GET", `${path}/credit`)).json).toMatchObject({ available: 50 });
    expect((await call("POST", `${grant}/void`)).json).toMatchObject({ voidedAt: expect.any(Number) });
    expect((await call("GET", `${path}/credit/journal`)).json).toMatchObject({ items: [{ cause: "void" }, {}, {}] });
    expect((await call("GET", `${path}/grants`)).json).toMatchObject({ items: [{ units: 50 }] });
    expect((await call("GET", "/grants?application=reader")).json).toMatchObject({ items: [{ units: 50 }] });
    expect((await call("DELETE", path)).json).toMatchObject({ state: "ended" });
    expect((await call("GET", "/subscriptions?application=reader")).json).toMatchObject({
      items: [{ state: "ended" }],
    });
  });

  it("adds workspaces and tokens, and explains a refusal", async () => {
    const made = `w-${api.ctx.workspace}`;
    await call("POST", "/workspaces", { body: { id: made, name: "Made" } });
    await call("PATCH", `/workspaces/${made}`, { body: { name: "Renamed" } });
    expect((await call("GET", `/workspaces/${made}`)).json).toMatchObject({ name: "Renamed" });
    await call("GET", "/workspaces");
    const inside = { headers: { "Gatehouse-Workspace": made } };
    await call("POST", "/organizations", { ...inside, body: { slug: "brief", name: "Brief" } });
    await call("DELETE", "/organizations/brief", inside);
    expect((await call("DELETE", `/workspaces/${made}`)).status).toBe(204);
    // Its trail stays, to be read and verified by whoever may see all workspaces.
    expect((await call("GET", "/audit", inside)).json).toMatchObject({
      items: [{ action: "delete-organization" }, { action: "create-organization" }],
    });
    expect((await call("GET", "/apis", inside)).status).toBe(404);
    expect((await call("GET", "/audit", { headers: { "Gatehouse-Workspace": "never-was" } })).status).toBe(404);
    expect((await call("GET", `/workspaces/${made}`)).status).toBe(404);
    expect((await call("GET", `/platform/audit?target=${made}`)).json).toMatchObject({
      items: [
        { action: "delete-workspace", before: { name: "Renamed" }, after: null },
        { action: "update-workspace", before: { name: "Made" } },
        { action: "create-workspace" },
      ],
    });
    const token = await call("POST", "/tokens", { body: { name: "Pipeline", scopes: ["catalog:read"] } });
    await call("DELETE", `/tokens/${String(token.json?.["id"])}`);
    expect((await call("GET", "/tokens")).json).toMatchObject({ items: [{ revokedAt: expect.any(Number) }] });
    const text = explanationText({ ...nothing, workspace: api.ctx.workspace });
    const instance = `urn:gatehouse:call:${callId}.${await api.ports.explanations.seal(text, callId)}`;
    expect((await call("POST", "/explanations", { body: { instance } })).json).toMatchObject({ call: callId });
  });

  it("says how it is managed", async () => {
    const set = await call("PATCH", "/settings", { body: { requireIfMatch: true } });
    expect([set.json?.["requireIfMatch"], set.headers.get("ETag")]).toEqual([true, '"1"']);
    const back = await call("PATCH", "/settings", { body: { requireIfMatch: false }, headers: { "If-Match": '"1"' } });
    expect(back.json).toEqual((await call("GET", "/settings")).json);
  });

  it("keeps secrets, and never answers one", async () => {
    const path = "/environments/staging/secrets/SHOP_TOKEN";
    const answers = [
      await call("PUT", path, { body: { value: "s3cret-value" } }),
      await call("PUT", `${path}/hosts`, { body: { hosts: ["s.shop.example"] } }),
      await call("GET", path),
      await call("GET", "/environments/staging/secrets"),
      await call("POST", "/platform/secrets/reseal"),
      await call("GET", "/audit?action=set-secret"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    for (const { text } of answers) expect(text).not.toContain("s3cret-value");
    expect(answers[2]?.json).toMatchObject({ name: "SHOP_TOKEN", hosts: ["s.shop.example"], edition: 2 });
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  it("names who manages the workspace, and gives them tokens", async () => {
    const made = await call("POST", "/admins", { body: { email: "Ada@Example.com", name: "Ada", role: "owner" } });
    const admin = made.headers.get("Location")?.replace("/manage/v1", "") ?? "";
    expect((await call("GET", "/admins/ada@example.com")).json).toMatchObject({ email: "ada@example.com" });
    await call("POST", "/admins", { body: { email: "eve@example.com", name: "Eve", role: "owner" } });
    expect((await call("PATCH", admin, { body: { role: "publisher" } })).json).toMatchObject({ role: "publisher" });
    expect((await call("GET", "/admins?role=owner")).json).toMatchObject({ items: [{ name: "Eve" }] });
    const own = await call("POST", "/tokens", { body: { name: "Laptop", admin: "ada@example.com" } });
    const path = `/tokens/${String(own.json?.["id"])}`;
    const rotated = await call("POST", `${path}/rotate`, { body: { overlapMs: 0 } });
    const token = String(rotated.json?.["token"]);
    expect((await call("GET", "/apis", { token: String(own.json?.["token"]) })).status).toBe(401);
    expect((await call("GET", "/apis", { token })).status).toBe(200);
    expect((await call("PATCH", path, { body: { name: "Desktop" } })).json).toMatchObject({ name: "Desktop" });
    expect((await call("GET", path)).json).toMatchObject({ lastUsedAt: expect.any(Number), scopes: ["*"] });
    expect((await call("DELETE", admin)).status).toBe(204);
    expect((await call("GET", "/apis", { token })).status).toBe(401);
  });

  it("names who belongs to an organization", async () => {
    const grace = { email: "grace@example.com", name: "Grace", role: "developer" };
    const made = await call("POST", "/organizations/acme/members", { body: grace });
    const path = made.headers.get("Location")?.replace("/manage/v1", "") ?? "";
    expect((await call("POST", "/organizations/acme/members", { body: grace })).status).toBe(409);
    expect((await call("PATCH", path, { body: { role: "owner" } })).json).toMatchObject({ role: "owner" });
    expect((await call("GET", path)).json).toMatchObject({ email: "grace@example.com" });
    expect((await call("GET", "/organizations/acme/members")).json).toMatchObject({ items: [{ name: "Grace" }] });
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  it("takes everything down again", async () => {
    await call("POST", `${one}/retire`);
    await call("PATCH", "/apis/books", { body: { defaultVersion: null } });
    const stale = await call("DELETE", one, { headers: { "If-Match": '"1"' } });
    expect([stale.status, stale.json?.["code"]]).toEqual([412, "version-conflict"]);
    expect((await call("DELETE", "/upstreams/shop")).json).toMatchObject({
      status: 409,
      dependents: [{ kind: "version", name: "books/v1" }],
    });
    const paths = [
      "/products/reading/plans/free",
      "/products/reading",
      "/applications/reader",
      "/organizations/acme",
      one,
      "/apis/books",
      "/upstreams/shop",
      "/environments/staging",
    ];
    for (const path of paths) {
      const gone = await call("DELETE", path);
      expect([gone.status, gone.text, path]).toEqual([204, "", path]);
      expect((await call("GET", path)).status).toBe(404);
    }
  });

  it("has met every route by now", () => {
    const all = resourcesOf(api.ports).flatMap(({ routes }) => routes.map(nameOf));
    expect(all.filter((name) => !answered.has(name))).toEqual([]);
  });
});

const callId = "01JD0000000000000000000000";
const nothing = {
  at: 0,
  workspace: "",
  environment: "",
  code: "route-not-found",
  decidedBy: "",
  type: "",
  origin: "",
  route: "",
  api: "",
  version: "",
  application: "",
  credential: "",
  ms: 0,
  passage: [],
};
