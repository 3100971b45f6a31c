/** What an operator does from an empty workspace to the first usage, all of it over HTTP. */
import { describe, expect, it } from "vitest";
import { usageTotals } from "../../schema/analytics.ts";
import { latencyBoundsMs } from "../../src/model/usage.ts";
import { management } from "./management.ts";

const document = `openapi: 3.1.0
info: { title: Books, version: "1" }
paths:
  /books:
    get: { operationId: listBooks, responses: { "200": { description: All. } } }
`;

describe("an operator", () => {
  it("brings an API to its first key, and sees what was used", async () => {
    const { call, ctx } = await management();

    await call("POST", "/upstreams", {
      body: { slug: "shop", targets: { production: [{ url: "https://shop.example" }] } },
    });
    await call("POST", "/apis", { body: { slug: "books", name: "Books", prefix: "/books" } });
    const version = await call("POST", "/apis/books/versions", { body: { name: "v1", upstream: "shop" } });
    expect(version.headers.get("Location")).toBe("/manage/v1/apis/books/versions/v1");

    const yaml = { "Content-Type": "application/yaml" };
    const imported = await call("PUT", "/apis/books/versions/v1/document", { headers: yaml, body: document });
    expect(imported.json).toMatchObject({ title: "Books", version: { name: "v1", edition: 2 } });
    expect(imported.json?.["operations"]).toBeGreaterThan(0);
    const kept = await call("GET", "/apis/books/versions/v1/document");
    expect(kept.text).toBe(document);
    expect(kept.headers.get("Content-Type")).toBe("application/yaml");

    const findings = await call("GET", "/apis/books/versions/v1/findings");
    expect(findings.json).toMatchObject({ publishable: true });
    const published = await call("POST", "/apis/books/versions/v1/publish");
    expect(published.json).toMatchObject({ number: 1, version: { state: "published" } });
    expect((await call("GET", "/apis/books/versions/v1/revisions")).json).toMatchObject({ items: [{ number: 1 }] });
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
    const key = String(made.json?.["key"]);
    expect(key).toMatch(/^gh_live_/);
    const shown = [
      await call("GET", "/keys"),
      await call("GET", `/applications/${id}/keys`),
      await call("GET", "/audit"),
    ];
    for (const { status, text } of shown) {
      expect(status).toBe(200);
      expect(text).not.toContain(key);
    }
    expect(shown[0]?.json).toMatchObject({ items: [{ name: "First", hint: `${key.slice(0, 12)}…`, revokedAt: null }] });

    await ctx.db.insert(usageTotals).values({
      source: "app",
      minute: 29_000_000,
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
    const used = await call("GET", `/usage?from=0&to=2000000000000&by=application,operation&application=${id}`);
    expect(used.json).toMatchObject({ items: [{ application: id, operation: "listBooks", calls: 3 }], complete: true });
    expect((await call("GET", "/usage?from=0&to=2000000000000&by=api&by=version")).json).toMatchObject({
      items: [{ api: "api_1", version: "ver_1", calls: 3 }],
    });

    const revoked = await call("DELETE", `/keys/${String(made.json?.["id"])}`);
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
    const again = await call("PUT", "/platform-file?plan=true", { body: { file } });
    expect(again.json).toMatchObject({ changes: [] });

    const wrong = { ...file, apis: { books: { name: "Books", prefix: "books" } } };
    const refused = await call("PUT", "/platform-file?plan=true", { body: { file: wrong } });
    expect(refused.json).toMatchObject({ status: 400, errors: [{ pointer: "/file/apis/books/prefix" }] });
  });
});
