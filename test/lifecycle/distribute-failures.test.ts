import { eq, inArray } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { outbox } from "../../schema/actions.ts";
import { upstreamTargets } from "../../schema/catalog.ts";
import { perform } from "../../src/actions/action.ts";
import type { Edge, Touched } from "../../src/actions/context.ts";
import { distribute, runDueEffects } from "../../src/actions/effect.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { runDistribution } from "../../src/lifecycle/distribute.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, stock } from "../support/stock.ts";

const books = { api: "books", version: "v1" };
const touched = (some: Partial<Touched>) => distribute(some).payload;
const bucketOf = (ctx: Registry) => String(bucketIndex(ctx.host, "books"));
const owedBy = async (...some: Registry[]) => {
  const [ctx] = some;
  const workspaces = some.map(({ workspace }) => workspace);
  return ctx === undefined ? [] : ctx.db.select().from(outbox).where(inArray(outbox.workspace, workspaces));
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Two workspaces whose APIs stand in different buckets: hosts are made up, and one time in 256 they would share one. */
async function apart(): Promise<readonly [Registry, Registry]> {
  const one = await registry();
  for (;;) {
    const other = await registry();
    if (bucketOf(other) !== bucketOf(one)) return [one, other];
  }
}

/** Two workspaces at one edge, which takes no bucket of the first of them. */
async function neighbours() {
  const [bad, good] = await apart();
  cleanups.push(() => bad.db.delete(outbox).where(eq(outbox.workspace, bad.workspace)));
  let refused = 0;
  const edge: Registry["edge"] = {
    ...good.edge,
    async putBucket(hash, bucket) {
      if (bucket.apis.some(({ workspace }) => workspace === bad.workspace)) {
        refused += 1;
        throw new Error("this bucket is refused");
      }
      await good.edge.putBucket(hash, bucket);
    },
  };
  return { bad: { ...bad, edge }, good: { ...good, edge }, refused: () => refused };
}

describe("a workspace whose bucket cannot be made", () => {
  it("holds up nobody else's publish, nor the end of a key", async () => {
    const { bad, good, refused } = await neighbours();
    await stock(bad);
    await perform(lifecycle.publishVersion, bad, books);
    expect(await owedBy(bad)).toMatchObject([{ attempts: 1 }]);

    const shop = await openShop(good);
    await perform(consumers.revokeKey, good, { key: shop.key.id });
    expect(await owedBy(good)).toEqual([]);
    const { root, signals } = good.edge.announced.at(-1) ?? {};
    expect(Object.keys(root?.buckets ?? {})).toContain(bucketOf(good));
    expect(signals).toMatchObject([{ kind: "key" }]);

    // What has failed again and again is not even tried on the way of others.
    await good.db.update(outbox).set({ attempts: 3 }).where(eq(outbox.workspace, bad.workspace));
    const before = refused();
    await perform(lifecycle.retireVersion, good, books);
    expect(refused()).toBe(before);
  });

  it("has the Courier do the rest of what is due", async () => {
    const { bad, good } = await neighbours();
    await stock(bad);
    await perform(lifecycle.publishVersion, bad, books);
    await stock(good);
    const cut: Registry = {
      ...good,
      effects: { ...good.effects, distribute: () => Promise.reject(new Error("cut off")) },
    };
    await perform(lifecycle.publishVersion, cut, books);
    expect(await owedBy(bad, good)).toHaveLength(2);
    await runDueEffects({ ...good, now: () => Date.now() + 60_000 });
    expect(await owedBy(bad, good)).toMatchObject([{ workspace: bad.workspace, attempts: 2 }]);
    expect(Object.keys(good.edge.announced.at(-1)?.root.buckets ?? {})).toContain(bucketOf(good));
  });

  it("keeps what it had where the bucket is larger than a row, and everything else moves", async () => {
    const [large, other] = await apart();
    const { upstream } = await openShop(large);
    // Other tests' APIs may stand in the same bucket.
    cleanups.push(() => large.db.delete(upstreamTargets).where(eq(upstreamTargets.workspace, large.workspace)));
    const { api } = await stock(other);
    await perform(lifecycle.publishVersion, other, books);
    const before = large.edge.announced.at(-1)?.root.buckets[bucketOf(large)];
    for (let position = 1; position <= 2; position += 1) {
      const at = { workspace: large.workspace, upstream: upstream.id, environment: large.environment, position };
      await large.db.insert(upstreamTargets).values({ ...at, url: `https://x/${"x".repeat(1_000_000)}`, weight: 1 });
    }
    await perform(
      lifecycle.retireVersion,
      { ...other, effects: { ...other.effects, distribute: async () => undefined } },
      books,
    );
    await runDistribution([touched({ buckets: [Number(bucketOf(large))], apis: [api.id] })], other);
    const { root } = other.edge.announced.at(-1) ?? {};
    expect(root?.buckets[bucketOf(large)]).toBe(before);
    const moved = Bucket.parse(other.edge.puts.get(`bucket:${root?.buckets[bucketOf(other)]}`));
    expect(moved.apis.map(({ versions }) => versions[0]?.state)).toEqual(["retired"]);
  });
});

describe("records and purges", () => {
  it("go out though no bucket can be built, and what is owed stays owed", async () => {
    const ctx = await registry();
    const shop = await openShop(ctx);
    const records = [{ kind: "application" as const, id: shop.application.id }];
    const purges = [{ workspace: ctx.workspace, scope: "tag" as const, value: "books" }];
    const putBucket: Edge["putBucket"] = () => Promise.reject(new Error("KV takes no bucket"));
    const world = { ...ctx, edge: { ...ctx.edge, putBucket } };
    await perform(
      catalog.updateApi,
      { ...ctx, effects: { ...ctx.effects, distribute: async () => undefined } },
      {
        api: "books",
        name: "Another",
      },
    );
    const before = ctx.edge.announced.length;
    await expect(runDistribution([touched({ apis: [shop.api.id], records, purges })], world)).rejects.toThrow(
      "KV takes",
    );
    expect(ctx.edge.announced.slice(before).map(({ signals }) => signals.map(({ kind }) => kind))).toEqual([
      ["application", "purge"],
    ]);
  });

  it("are told to the Beacon though KV does not take them, which is tried again", async () => {
    const ctx = await registry();
    const shop = await openShop(ctx);
    const putRecord: Edge["putRecord"] = () => Promise.reject(new Error("429 Too Many Requests"));
    await perform(consumers.revokeKey, { ...ctx, edge: { ...ctx.edge, putRecord } }, { key: shop.key.id });
    expect(ctx.edge.announced.at(-1)?.signals).toMatchObject([{ kind: "key" }]);
    expect(await owedBy(ctx)).toMatchObject([{ attempts: 1 }]);
    await runDueEffects({ ...ctx, now: () => Date.now() + 60_000 });
    expect(await owedBy(ctx)).toEqual([]);
    const keys = [...ctx.edge.puts].filter(([name]) => name.startsWith("key:"));
    expect(keys).toMatchObject([[expect.any(String), { revoked: true }]]);
  });
});
