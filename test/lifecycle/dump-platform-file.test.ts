/** The way back: a dump says what the workspace is, and applying it changes nothing, here or elsewhere. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog, PlatformFile, type PlatformFileInput } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

type Documents = Record<string, { text: string; mediaType: string }>;

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  paths: { "/books": { get: { operationId: "listBooks", summary: "All", tags: ["books"] } } },
});

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
});

const dump = (from: Registry = ctx) => ask(lifecycle.dumpPlatformFile, from, {});

async function apply(to: Registry, file: PlatformFileInput, documents: Documents = {}) {
  const input = { file, documents };
  const { planId } = await perform(lifecycle.applyPlatformFile, to, { ...input, plan: true });
  return perform(lifecycle.applyPlatformFile, to, { ...input, planId });
}

async function planOf(to: Registry, file: unknown, documents: Documents = {}) {
  return perform(lifecycle.applyPlatformFile, to, { file: file as PlatformFileInput, documents, plan: true });
}

/** Everything that a file can say. */
const whole = (): PlatformFileInput => ({
  format: 1,
  workspace: ctx.workspace,
  name: "Harbour Books",
  environments: { production: { name: "Production", hosts: [ctx.host] }, staging: { name: "Rehearsal", hosts: [] } },
  upstreams: {
    shop: {
      timeouts: { firstByteMs: 100, idleMs: 200, totalMs: 300 },
      targets: {
        production: [{ url: "https://a.example", weight: 3 }, { url: "https://b.example" }],
        staging: [{ url: "https://s.example" }],
      },
    },
  },
  policies: [
    { id: "cors", type: "cors", config: { origins: ["https://shop.example"] } },
    { id: "common", type: "policy-set", config: { set: "bounded" } },
  ],
  policySets: {
    bounded: { policies: [{ id: "size", type: "request-size", config: { bodyBytesMax: 10 } }] },
    partners: { name: "Partners", description: "For them.", policies: [{ id: "key", type: "require-key" }] },
  },
  apis: {
    books: {
      name: "Books",
      description: "All of them.",
      visibility: "private",
      prefix: "/books",
      selector: { in: "media-type", vendor: "vnd.books" },
      defaultVersion: "v1",
      fallback: "default",
      versions: {
        v1: {
          state: "deprecated",
          document: "books/v1.openapi.json",
          upstream: "shop",
          environments: ["production"],
          successor: "v2",
          deprecatedAt: "2026-01-02T03:04:05.678Z",
          sunsetAt: "2027-01-02T03:04:05.000Z",
          guideUrl: "https://docs.example/moving",
          brownouts: [{ from: "2026-12-01T09:00:00.000Z", to: "2026-12-01T10:00:00.000Z" }],
          policies: [{ id: "key", type: "require-key", when: [{ on: "method", in: ["GET"] }] }],
          operationPolicies: {
            listBooks: [{ id: "size", type: "request-size", enabled: false, config: { bodyBytesMax: 10 } }],
          },
        },
        v2: {
          state: "published",
          operations: { b: "GET /b", a: "POST /a/{id}" },
          upstream: "shop",
          policies: [{ id: "partners", type: "policy-set", config: { set: "partners" } }],
        },
        v3: { state: "draft", operations: { a: "GET /a" }, upstream: "shop" },
      },
    },
  },
  products: {
    reading: {
      name: "Reading",
      apis: ["books"],
      plans: {
        free: {
          name: "Free",
          limits: [{ name: "hourly", algorithm: "fixed-window", callsMax: 10, windowMs: 3_600_000 }],
        },
        gold: { name: "Gold", description: "All.", approval: "manual", mode: "exact", onFailure: "allow" },
      },
    },
  },
  organizations: {
    acme: {
      name: "Acme",
      applications: { web: { name: "Web", subscriptions: { reading: "gold" } }, idle: { name: "Idle" } },
    },
  },
});
const documents: Documents = { "books/v1.openapi.json": { text: document, mediaType: "application/json" } };

describe("a dump", () => {
  it("equals the file that was applied", async () => {
    await apply(ctx, whole(), documents);
    const { file, documents: found, notes } = await dump();
    expect(PlatformFile.parse(file)).toEqual(PlatformFile.parse(whole()));
    expect(notes).toEqual([]);
    expect(Object.keys(found)).toEqual(["books/v1.openapi.json"]);
    expect(Object.values(found)[0]).toMatch(/^\/apis\/api_\w+\/versions\/ver_\w+\/revisions\/1\/document$/);
  });

  it("changes nothing where it came from, and makes the same of an empty workspace", async () => {
    await apply(ctx, whole(), documents);
    const { file } = await dump();
    expect(await planOf(ctx, file, documents)).toMatchObject({ changes: [], unmanaged: [] });
    const other = await registry();
    const moved = {
      ...file,
      workspace: other.workspace,
      environments: {
        production: { name: "Production", hosts: [other.host] },
        staging: { name: "Rehearsal", hosts: [] },
      },
    };
    await apply(other, moved as unknown as PlatformFileInput, documents);
    const again = await dump(other);
    expect({ ...again.file, workspace: "", environments: {} }).toEqual({ ...file, workspace: "", environments: {} });
  });

  it("says what was made by the API, and notes what a file cannot say", async () => {
    await openShop(ctx);
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2" });
    await perform(catalog.updateVersion, ctx, {
      api: "books",
      version: "v1",
      policies: [{ id: "other", type: "require-key" }],
    });
    const { file, notes } = await dump();
    expect(notes.map(({ resource, message }) => `${resource}: ${message.split(/[,.]/)[0]}`)).toEqual([
      "apis/books/versions/v1: Its draft differs from what is served",
      "apis/books/versions/v2: It has no upstream",
    ]);
    const plan = await planOf(ctx, file);
    expect([plan.changes, plan.unmanaged]).toEqual([[], ["apis/books/versions/v2"]]);
  });

  it("comes back without a change where drafts and operations were made by the API", async () => {
    await openShop(ctx);
    const timeouts = { firstByteMs: 5_000, idleMs: 5_000, totalMs: 50_000 };
    await perform(catalog.updateUpstream, ctx, { upstream: "origin", settings: { timeouts } });
    await perform(lifecycle.publishVersion, ctx, { api: "books", version: "v1" });
    // A draft runs nowhere, so its upstream needs no target where another environment is.
    await perform(catalog.createEnvironment, ctx, { slug: "stage", name: "Stage" });
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin" });
    const v2 = { api: "books", version: "v2" };
    const call = { method: "GET", path: "/authors" };
    const words = { summary: "All authors", tags: ["people"], deprecated: true };
    await perform(catalog.createOperation, ctx, { ...v2, operation: "list-authors", ...call, ...words });
    await perform(catalog.createOperation, ctx, { ...v2, operation: "plain", method: "GET", path: "/plain" });
    await perform(consumers.suspendApplication, ctx, { application: "web" });
    const { file, notes } = await dump();
    expect(file).toMatchObject({
      apis: {
        books: {
          versions: {
            v2: { operations: { "list-authors": { call: "GET /authors", ...words }, plain: "GET /plain" } },
          },
        },
      },
    });
    expect(notes).toMatchObject([{ resource: "organizations/acme/applications/web" }]);
    const plan = await planOf(ctx, file);
    expect([plan.changes, plan.unmanaged]).toEqual([[], []]);
  });

  it("holds no key, no secret, and no subscription that does not count", async () => {
    const shop = await openShop(ctx);
    await perform(catalog.setSecret, ctx, { environment: "production", secret: "TOKEN", value: "s3cret-value" });
    await perform(consumers.endSubscription, ctx, { subscription: shop.subscription.id });
    const text = JSON.stringify(await dump());
    for (const hidden of ["s3cret-value", "TOKEN", shop.key.hint, "subscriptions"]) expect(text).not.toContain(hidden);
  });

  it("needs the right to read consumers, too", async () => {
    await expect(dump(ctx.as({ scopes: ["catalog:read"] }))).rejects.toMatchObject({ code: "scope-missing" });
  });

  it("comes back as it went, whatever was said", async () => {
    const text = fc
      .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
      .filter((one) => one.trim() === one && one !== "" && one.isWellFormed());
    const slugs = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/), { minLength: 1, maxLength: 4 });
    const files = fc.record({ apis: slugs, products: slugs, teams: slugs, title: text, about: text });
    await fc.assert(
      fc.asyncProperty(files, async ({ apis, products, teams, title, about }) => {
        const fresh = await registry();
        const named = <Value>(names: readonly string[], value: (name: string) => Value) =>
          Object.fromEntries(names.map((name) => [name, value(name)]));
        const version = {
          state: "published" as const,
          operations: { a: "GET /a" },
          upstream: "u",
          policies: [{ id: "key", type: "require-key" }],
        };
        const file: PlatformFileInput = {
          format: 1,
          workspace: fresh.workspace,
          name: title,
          environments: { production: { name: "Production", hosts: [fresh.host] } },
          upstreams: { u: { targets: { production: [{ url: "https://u.example" }] } } },
          apis: named(apis, (name) => ({
            name: title,
            description: about,
            prefix: `/${name}`,
            versions: { v1: version },
          })),
          products: named(products, () => ({
            name: title,
            description: about,
            apis: apis.toSorted(),
            plans: { p: { name: title } },
          })),
          organizations: named(teams, () => ({
            name: title,
            applications: { a: { name: title, subscriptions: named(products, () => "p") } },
          })),
        };
        await apply(fresh, file);
        const dumped = await dump(fresh);
        expect(PlatformFile.parse(dumped.file)).toEqual(PlatformFile.parse(file));
        expect((await planOf(fresh, dumped.file)).changes).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
