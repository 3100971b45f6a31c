import { and, eq, sql } from "drizzle-orm";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { versions } from "../../schema/catalog.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { stock } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const deprecatedAt = Date.UTC(2026, 10, 1);
const sunsetAt = Date.UTC(2099, 2, 1);
const guideUrl = "https://docs.example/moving";
const operations = [{ id: "get-book", method: "GET", path: "/books/{isbn}" }];
const policies = [{ id: "key", type: "require-key" }];

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await stock(ctx);
  await perform(lifecycle.publishVersion, ctx, v1);
});

/** The version as the gateway has it. */
function served() {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(ctx.host, "books"))];
  const { apis } = Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`));
  return apis.find((api) => api.workspace === ctx.workspace && api.host === ctx.host)?.versions[0];
}

describe("deprecate-version", () => {
  it("begins now, may say until when and where to go, and tells the gateway", async () => {
    const before = ctx.now();
    const version = await perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt, guideUrl });
    expect(version).toMatchObject({ state: "deprecated", sunsetAt, guideUrl });
    expect(version.deprecatedAt).toBeGreaterThanOrEqual(before);
    const { deprecatedAt } = version;
    expect(served()).toMatchObject({ state: "deprecated", deprecatedAt, sunsetAt, guideUrl });
  });

  it("changes what it said before, one by one, and nothing where all is said already", async () => {
    await perform(lifecycle.deprecateVersion, ctx, { ...v1, deprecatedAt, guideUrl });
    const later = await perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt });
    expect(later).toMatchObject({ deprecatedAt, sunsetAt, guideUrl });
    const again = await perform(lifecycle.deprecateVersion, ctx, v1);
    expect(again.edition).toBe(later.edition);
    const withdrawn = await perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt: null, guideUrl: null });
    expect(withdrawn).toMatchObject({ deprecatedAt, sunsetAt: null, guideUrl: null });
  });

  it("says of a guide's address that is too long only as it is sent how its length is counted", async () => {
    const long = `https://docs.example/${"é".repeat(1_900)}`;
    await expect(perform(lifecycle.deprecateVersion, ctx, { ...v1, guideUrl: long })).rejects.toMatchObject({
      code: "input-invalid",
      members: { errors: [{ pointer: "/guideUrl", message: expect.stringContaining("at most 2000 characters") }] },
    });
  });

  it("plans brownouts in the order of time, and takes them back with the deprecation", async () => {
    const hour = 3_600_000;
    const brownouts = [2, 1].map((day) => ({
      from: deprecatedAt + day * 24 * hour,
      to: deprecatedAt + (day * 24 + 1) * hour,
    }));
    await perform(lifecycle.deprecateVersion, ctx, { ...v1, deprecatedAt, brownouts });
    expect(served()?.brownouts).toEqual(brownouts.toReversed());
    await perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt });
    expect(served()?.brownouts).toHaveLength(2);
    await perform(lifecycle.reinstateVersion, ctx, v1);
    expect(served()?.brownouts).toEqual([]);
  });

  it.each([
    ["ends before it begins", [{ from: 2, to: 1 }], 0],
    ["is longer than a day", [{ from: 0, to: 90_000_000 }], 0],
    ["begins before the deprecation", [{ from: -1_000, to: 1_000 }], 0],
    [
      "ends after the version",
      [
        { from: 0, to: 1 },
        { from: sunsetAt - deprecatedAt - 1, to: sunsetAt - deprecatedAt + 1 },
      ],
      1,
    ],
    [
      "overlaps another",
      [
        { from: 0, to: 10 },
        { from: 20, to: 30 },
        { from: 9, to: 11 },
      ],
      2,
    ],
  ])("refuses a brownout that %s", async (_name, offsets, index) => {
    const brownouts = offsets.map(({ from, to }) => ({ from: deprecatedAt + from, to: deprecatedAt + to }));
    await expect(
      perform(lifecycle.deprecateVersion, ctx, { ...v1, deprecatedAt, sunsetAt, brownouts }),
    ).rejects.toMatchObject({ code: "input-invalid", members: { errors: [{ pointer: `/brownouts/${index}` }] } });
  });

  it("refuses an end before the beginning, and a guide that is no page", async () => {
    await perform(lifecycle.deprecateVersion, ctx, { ...v1, deprecatedAt });
    await expect(perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt: deprecatedAt - 1 })).rejects.toMatchObject(
      {
        code: "input-invalid",
        members: { errors: [{ pointer: "/sunsetAt" }] },
      },
    );
    await expect(
      perform(lifecycle.deprecateVersion, ctx, { ...v1, guideUrl: "javascript:alert(1)" }),
    ).rejects.toMatchObject({ members: { errors: [{ pointer: "/guideUrl" }] } });
  });

  it("keeps a guide's address in a form that ends no header and no angle bracket", async () => {
    const odd = 'https://docs.example/a>b?c="d"\n&e=<f>#ü';
    const version = await perform(lifecycle.deprecateVersion, ctx, { ...v1, guideUrl: odd });
    expect(version.guideUrl).toBe("https://docs.example/a%3Eb?c=%22d%22&e=%3Cf%3E#%C3%BC");
    await expect(
      perform(lifecycle.deprecateVersion, ctx, { ...v1, sunsetAt: 253_402_300_800_000 }),
    ).rejects.toMatchObject({ members: { errors: [{ pointer: "/sunsetAt" }] } });
  });

  it("is forgotten when the version is reinstated", async () => {
    await perform(lifecycle.deprecateVersion, ctx, { ...v1, deprecatedAt, sunsetAt, guideUrl });
    const version = await perform(lifecycle.reinstateVersion, ctx, v1);
    expect(version).toMatchObject({ state: "published", deprecatedAt: null, sunsetAt: null, guideUrl: null });
    expect(served()).toMatchObject({ state: "published", deprecatedAt: null, sunsetAt: null, guideUrl: null });
  });
});

describe("a product of nothing but deprecated versions", () => {
  const subscribe = (product = "shop", plan = "free") =>
    perform(consumers.createSubscription, ctx, { application: "web", product, plan });

  it("takes no new subscriptions; those that are there stay and may change their plan", async () => {
    const { id } = await subscribe();
    await perform(lifecycle.deprecateVersion, ctx, v1);
    const plan = { product: "shop", slug: "gold", name: "Gold", limits: { limits: [] } };
    await perform(catalog.createPlan, ctx, plan);
    await perform(consumers.updateSubscription, ctx, { subscription: id, plan: "gold" });
    await perform(consumers.createApplication, ctx, { organization: "acme", slug: "late", name: "Late" });
    await expect(
      perform(consumers.createSubscription, ctx, { application: "late", product: "shop", plan: "free" }),
    ).rejects.toMatchObject({ code: "state-conflict", detail: expect.stringContaining("deprecated or retired") });
  });

  it("takes them again with a version that follows, and while nothing of it is published yet", async () => {
    await perform(catalog.createProduct, ctx, { slug: "later", name: "Later", apis: [] });
    await perform(catalog.createPlan, ctx, { product: "later", slug: "free", name: "Free", limits: { limits: [] } });
    await subscribe("later");
    await perform(lifecycle.deprecateVersion, ctx, v1);
    const operations = [{ id: "get-book", method: "GET", path: "/books/{isbn}" }];
    const policies = [{ id: "key", type: "require-key" }];
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin", operations, policies });
    await expect(subscribe()).rejects.toMatchObject({ code: "state-conflict" });
    await perform(lifecycle.publishVersion, ctx, { api: "books", version: "v2" });
    expect((await subscribe()).state).toBe("active");
  });
});

describe("a successor", () => {
  it("is named to callers only where it is served, from then on", async () => {
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin", operations, policies });
    await perform(catalog.updateVersion, ctx, { ...v1, successor: "v2" });
    await perform(lifecycle.deprecateVersion, ctx, v1);
    expect(served()?.successor).toBeNull();
    // In another environment it helps nobody here.
    const hosts = [`staging.${ctx.host}`];
    await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging", hosts });
    const target = [{ url: "https://books.example" }];
    await perform(catalog.updateUpstream, ctx, {
      upstream: "origin",
      targets: { production: target, staging: target },
    });
    const v2 = { api: "books", version: "v2" };
    await perform(lifecycle.publishVersion, ctx, { ...v2, environment: "staging" });
    expect(served()?.successor).toBeNull();
    await perform(lifecycle.publishVersion, ctx, v2);
    expect(served()?.successor).toBe("v2");
    await perform(lifecycle.deprecateVersion, ctx, v2);
    expect(served()?.successor).toBe("v2");
    await perform(lifecycle.retireVersion, ctx, v2);
    expect(served()?.successor).toBeNull();
  });
});

describe("versions that were deprecated before there was a date to it", () => {
  it("have been since they were, as the trail tells, and not since their last change", async () => {
    const { id } = await perform(lifecycle.deprecateVersion, ctx, v1);
    const [entry] = await ctx.db
      .select({ at: audit.at })
      .from(audit)
      .where(and(eq(audit.target, id), eq(audit.action, "deprecate-version")));
    const undated = { deprecatedAt: null, updatedAt: ctx.now() + 86_400_000 };
    const mended = async () => {
      await ctx.db.update(versions).set(undated).where(eq(versions.id, id));
      await ctx.db.run(sql.raw(backfill));
      return (await ask(catalog.getVersion, ctx, v1)).deprecatedAt;
    };
    const backfill =
      env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).findLast((query) =>
        query.includes("`deprecated_at` IS NULL"),
      ) ?? "";
    expect(await mended()).toBe(entry?.at);
    await ctx.db.delete(audit).where(eq(audit.target, id));
    expect(await mended()).toBe(undated.updatedAt);
  });
});
