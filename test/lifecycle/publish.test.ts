import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit, outbox } from "../../schema/actions.ts";
import { ask, perform, performAll, step } from "../../src/actions/action.ts";
import { runDueEffects } from "../../src/actions/effect.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex, firstSegment, Program } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Books", version: "1.0.0" },
  paths: {
    "/books/{isbn}": {
      parameters: [{ name: "isbn", in: "path", required: true, schema: { type: "string" } }],
      get: { operationId: "get-book", responses: { "200": { description: "A book." } } },
    },
  },
});

const books = { api: "books", version: "v1" };

/** An API `books` with a version `v1`, imported and ready to publish. */
async function draft(ctx: Registry, slug = "books"): Promise<void> {
  await perform(catalog.createApi, ctx, { slug, name: slug, prefix: `/${slug}` });
  await perform(catalog.createUpstream, ctx, { slug, targets: { production: [{ url: "https://books.example" }] } });
  await perform(catalog.createVersion, ctx, { api: slug, name: "v1", upstream: slug });
  const imported = await perform(catalog.importDocument, ctx, {
    api: slug,
    version: "v1",
    mediaType: "application/json",
    text: document,
  });
  expect(imported).toMatchObject({ title: "Books", operations: 1, findings: [] });
}

/** What the workspace has in the bucket of its host and that segment; others' APIs may lie in the same one. */
function apisAt(ctx: Registry, segment = "books") {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(ctx.host, segment))];
  const apis = hash === undefined ? [] : Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`)).apis;
  return apis.filter((api) => api.workspace === ctx.workspace && firstSegment(api.prefix) === segment);
}

describe("publish-version", () => {
  it("brings program, bucket and root to the edge", async () => {
    const ctx = await registry();
    await draft(ctx);
    expect(ctx.edge.announced).toEqual([]);
    const published = await perform(lifecycle.publishVersion, ctx, books);
    expect(published).toMatchObject({ number: 1, version: { state: "published" }, findings: [] });
    const { root, signals } = ctx.edge.announced.at(-1) ?? {};
    expect(signals).toEqual([]);
    expect(ctx.edge.puts.has(`program:${root?.global}`)).toBe(true);
    const [api] = apisAt(ctx);
    expect(api).toMatchObject({
      host: ctx.host,
      prefix: "/books",
      environment: ctx.environment,
      versions: [
        { name: "v1", state: "published", program: published.program, targets: [{ url: "https://books.example" }] },
      ],
    });
    const program = Program.parse(ctx.edge.puts.get(`program:${published.program}`));
    expect(program).toMatchObject({ kind: "revision", routes: [{ operation: "get-book", path: "/books/{isbn}" }] });
    expect(await ctx.db.select().from(outbox).where(eq(outbox.workspace, ctx.workspace))).toEqual([]);
  });

  it("does nothing the second time, and keeps the number of content that comes back", async () => {
    const ctx = await registry();
    await draft(ctx);
    const first = await perform(lifecycle.publishVersion, ctx, books);
    const announced = ctx.edge.announced.length;
    const rows = await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace));
    expect(await perform(lifecycle.publishVersion, ctx, books)).toEqual(first);
    expect(ctx.edge.announced).toHaveLength(announced);
    expect(await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace))).toHaveLength(rows.length);

    const cors = [{ id: "cors", type: "cors", config: { origins: ["https://shop.example"] } }];
    await perform(catalog.updateVersion, ctx, { ...books, policies: cors });
    expect((await perform(lifecycle.publishVersion, ctx, books)).number).toBe(2);
    expect(await perform(lifecycle.rollBackVersion, ctx, books)).toMatchObject({ number: 1, program: first.program });
    expect((await perform(lifecycle.publishVersion, ctx, books)).number).toBe(2);
    const page = await ask(lifecycle.listRevisions, ctx, { ...books, limit: 1 });
    expect([page.items.map((item) => item.number), page.cursor]).toEqual([[2], "2"]);
    const rest = await ask(lifecycle.listRevisions, ctx, { ...books, limit: 1, cursor: "2" });
    expect([rest.items.map((item) => item.number), rest.cursor]).toEqual([[1], null]);
  });

  it("refuses what does not compile, with the place, and changes nothing", async () => {
    const ctx = await registry();
    await draft(ctx);
    const policies = [{ id: "x", type: "no-such-policy" }];
    await perform(catalog.updateVersion, ctx, { ...books, policies });
    await expect(perform(lifecycle.publishVersion, ctx, books)).rejects.toMatchObject({
      code: "revision-invalid",
      members: { findings: [{ pointer: "/policies/0/type", severity: "error" }] },
    });
    expect((await ask(lifecycle.checkVersion, ctx, books)).publishable).toBe(false);
    expect((await ask(catalog.getVersion, ctx, books)).state).toBe("draft");
    expect(ctx.edge.announced).toEqual([]);
  });

  it("keeps retired versions in the bucket, and moves an API with its prefix", async () => {
    const ctx = await registry();
    await draft(ctx);
    await perform(lifecycle.publishVersion, ctx, books);
    await perform(lifecycle.retireVersion, ctx, books);
    expect(apisAt(ctx)[0]?.versions[0]).toMatchObject({ state: "retired" });
    await expect(perform(lifecycle.publishVersion, ctx, books)).rejects.toMatchObject({ code: "state-conflict" });
    const message = "Version v1 is retired. Reinstate it first.";
    expect(await ask(lifecycle.checkVersion, ctx, books)).toEqual({
      publishable: false,
      findings: [{ pointer: "", message, severity: "error" }],
    });
    await perform(lifecycle.reinstateVersion, ctx, books);
    await perform(catalog.updateApi, ctx, { api: "books", prefix: "/library" });
    expect(apisAt(ctx)).toEqual([]);
    expect(apisAt(ctx, "library")[0]).toMatchObject({ prefix: "/library", versions: [{ name: "v1" }] });
  });

  it("publishes several versions and a central list in one batch, or none of them", async () => {
    const ctx = await registry();
    await draft(ctx);
    await draft(ctx, "films");
    const films = { api: "films", version: "v1" };
    const policies = [{ id: "cors", type: "cors", config: { origins: ["https://shop.example"] } }];
    await perform(catalog.updateVersion, ctx, { ...films, policies: [{ id: "x", type: "nothing" }] });
    const steps = [
      step(lifecycle.publishVersion, books),
      step(lifecycle.publishVersion, films),
      step(lifecycle.setWorkspacePolicies, { policies }),
    ];
    await expect(performAll(ctx, steps)).rejects.toMatchObject({ code: "revision-invalid" });
    expect((await ask(catalog.getVersion, ctx, books)).state).toBe("draft");
    await perform(catalog.updateVersion, ctx, { ...films, policies: [] });
    await performAll(ctx, steps);
    expect(ctx.edge.announced).toHaveLength(1);
    expect(apisAt(ctx, "films")).toHaveLength(1);
    const global = Program.parse(ctx.edge.puts.get(`program:${ctx.edge.announced[0]?.root.global}`));
    const hash = global.kind === "global" ? global.workspaces[ctx.workspace] : undefined;
    expect(ctx.edge.puts.get(`program:${hash}`)).toMatchObject({ kind: "workspace", policies: [{ id: "cors" }] });
  });

  it("serves operations that are called like what every object has", async () => {
    const ctx = await registry();
    await draft(ctx);
    const operations = ["toString", "constructor"].map((id) => ({ id, method: "GET", path: `/${id}` }));
    await perform(catalog.updateVersion, ctx, { ...books, operations });
    const { program } = await perform(lifecycle.publishVersion, ctx, books);
    const stored: unknown = JSON.parse(JSON.stringify(ctx.edge.puts.get(`program:${program}`)));
    expect(Program.parse(stored)).toMatchObject({ routes: [{ operation: "toString" }, { operation: "constructor" }] });
  });

  it("refuses a central list in which a kept answer would pass a key by", async () => {
    const ctx = await registry();
    const entry = (type: string) => ({ id: type, type });
    const wrong = { policies: [entry("cache"), entry("require-key")] };
    await expect(perform(lifecycle.setWorkspacePolicies, ctx, wrong)).rejects.toMatchObject({
      code: "revision-invalid",
      members: { findings: [{ pointer: "/policies/0", severity: "error" }] },
    });
    const right = { policies: [entry("require-key"), entry("cache")] };
    expect((await perform(lifecycle.setWorkspacePolicies, ctx, right)).policies).toHaveLength(2);
  });

  it("keeps what the edge did not take, and brings it later", async () => {
    const ctx = await registry();
    await draft(ctx);
    ctx.edge.broken = true;
    await perform(lifecycle.publishVersion, ctx, books);
    expect(ctx.edge.announced).toEqual([]);
    expect(ctx.edge.woken).toBe(1);
    ctx.edge.broken = false;
    expect(await runDueEffects({ ...ctx, now: () => Date.now() + 60_000 })).toBeNull();
    expect(apisAt(ctx)).toHaveLength(1);
  });
});
