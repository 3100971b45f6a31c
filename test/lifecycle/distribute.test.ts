import { desc, eq } from "drizzle-orm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changes, outbox } from "../../schema/actions.ts";
import { deployments } from "../../schema/catalog.ts";
import { perform } from "../../src/actions/action.ts";
import type { Touched } from "../../src/actions/context.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { build, joinTouched, point, tell, type Pointed } from "../../src/lifecycle/distribute.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { readSnapshot } from "../../src/lifecycle/snapshot.ts";
import { Bucket, bucketIndex, firstSegment, type Root } from "../../src/model/program.ts";
import { ApplicationRecord, CredentialRecord, PlanRecord } from "../../src/model/records.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, stock } from "../support/stock.ts";

interface Held extends Registry {
  /** What was to be distributed since it was last taken. */
  take(): Touched;
}

/** A registry whose effects are held back, for tests that run the steps of a distribution themselves. */
async function held(): Promise<Held> {
  const ctx = await registry();
  let owed: Touched[] = [];
  return {
    ...ctx,
    effects: { ...ctx.effects, distribute: async (payloads) => void owed.push(...payloads) },
    take() {
      const taken = joinTouched(owed);
      owed = [];
      return taken;
    },
  };
}

/** What a root serves at these prefixes of the registry's host: API and state. */
function served(ctx: Registry, root: Root, prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => {
    const hash = root.buckets[String(bucketIndex(ctx.host, firstSegment(prefix)))];
    if (hash === undefined) return [];
    const bucket = Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`));
    return bucket.apis
      .filter((api) => api.host === ctx.host && api.prefix === prefix)
      .flatMap(({ api, versions }) => versions.map(({ state }) => `${api.slug} ${state}`));
  });
}

/** A distribution as the steps that racing ones may interleave. */
function* distribution(ctx: Registry, touched: Touched): Generator<() => Promise<void>, void> {
  let snapshot: Awaited<ReturnType<typeof readSnapshot>> | undefined;
  let built: Awaited<ReturnType<typeof build>> = [];
  let pointed: Pointed | undefined;
  yield async () => void (snapshot = await readSnapshot(ctx, touched));
  yield async () => void (built = snapshot === undefined ? [] : await build(ctx, snapshot));
  yield async () => void (pointed = await point(ctx, snapshot?.sequence ?? 0, built, touched));
  yield async () => (pointed === undefined ? undefined : await tell(ctx, pointed));
}

describe("distribution", () => {
  it("loses no change, however the steps of racing distributions interleave", { timeout: 60_000 }, async () => {
    const ctx = await held();
    await stock(ctx);
    // Two share a bucket, so that slots are raced for as well as roots.
    const slugs = ["a", "b", "c"];
    const prefixes = ["/shared/a", "/shared/b", "/c"];
    const states = new Map(slugs.map((slug) => [slug, "published"]));
    for (const [index, slug] of slugs.entries()) {
      await perform(catalog.createApi, ctx, { slug, name: slug, prefix: prefixes[index] ?? "" });
      const operations = [{ id: "get", method: "GET", path: "/" }];
      await perform(catalog.createVersion, ctx, { api: slug, name: "v1", upstream: "origin", operations });
      await perform(lifecycle.publishVersion, ctx, { api: slug, version: "v1" });
    }
    for (const step of distribution(ctx, ctx.take())) await step();

    /** Changes its API, then distributes the change: one step a call, until it answers false. */
    const racer = (slug: string) => {
      let steps: Generator<() => Promise<void>, void> | null = null;
      return async (): Promise<boolean> => {
        if (steps === null) {
          const retired = states.get(slug) === "retired";
          const turn = retired ? lifecycle.reinstateVersion : lifecycle.retireVersion;
          await perform(turn, ctx, { api: slug, version: "v1" });
          states.set(slug, retired ? "published" : "retired");
          steps = distribution(ctx, ctx.take());
          return true;
        }
        const next = steps.next();
        if (next.done === true) return false;
        await next.value();
        return true;
      };
    };
    const schedule = fc.array(fc.nat({ max: 2 }), { minLength: 10, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(schedule, async (order) => {
        const racers = slugs.map(racer);
        for (const index of order) await racers[index]?.();
        for (const finish of racers) while (await finish()) continue;
        const newest = ctx.edge.announced.map(({ root }) => root).sort((x, y) => y.sequence - x.sequence)[0];
        if (newest === undefined) throw new Error("nothing was announced");
        expect(served(ctx, newest, prefixes)).toEqual(slugs.map((slug) => `${slug} ${states.get(slug)}`));
      }),
      { numRuns: 20 },
    );
  });

  it("is safe to repeat, and moves nothing back from an old snapshot", async () => {
    const ctx = await held();
    await stock(ctx);
    const ref = { api: "books", version: "v1" };
    await perform(lifecycle.publishVersion, ctx, ref);
    const touched = ctx.take();
    const old = await readSnapshot(ctx, touched);
    const oldBuilt = await build(ctx, old);
    await perform(lifecycle.retireVersion, ctx, ref);
    const current = await readSnapshot(ctx, touched);
    const first = await point(ctx, current.sequence, await build(ctx, current), touched);
    const late = await point(ctx, old.sequence, oldBuilt, touched);
    expect(served(ctx, first.root, ["/books"])).toEqual(["books retired"]);
    expect(late.root.buckets).toEqual(first.root.buckets);
    expect(late.root.sequence).toBeGreaterThan(first.root.sequence);
  });

  it("brings along what other changes still owe, so that no root shows half of a change", async () => {
    const ctx = await registry();
    await openShop(ctx);
    await perform(catalog.createApi, ctx, { slug: "films", name: "Films", prefix: "/films" });
    const operations = [{ id: "get", method: "GET", path: "/" }];
    await perform(catalog.createVersion, ctx, { api: "films", name: "v1", upstream: "origin", operations });
    const cut: Registry = {
      ...ctx,
      effects: { ...ctx.effects, distribute: () => Promise.reject(new Error("cut off")) },
    };
    await perform(catalog.updateApi, cut, { api: "books", prefix: "/library" });
    await perform(lifecycle.setWorkspacePolicies, cut, {
      policies: [{ id: "cors", type: "cors", config: { origins: ["*"] } }],
    });
    await perform(lifecycle.publishVersion, ctx, { api: "films", version: "v1" });
    const { root } = ctx.edge.announced.at(-1) ?? {};
    if (root === undefined) throw new Error("nothing was announced");
    expect(served(ctx, root, ["/books", "/library", "/films"])).toEqual(["books published", "films published"]);
    expect(ctx.edge.puts.get(`program:${root.global}`)).toMatchObject({
      workspaces: { [ctx.workspace]: expect.any(String) },
    });
    await ctx.db.delete(outbox).where(eq(outbox.workspace, ctx.workspace));
  });

  it("brings records that are never older than their signal", async () => {
    const ctx = await registry();
    const shop = await openShop(ctx);
    const signalled = ctx.edge.announced.flatMap(({ signals }) => signals);
    const application = ApplicationRecord.parse(ctx.edge.puts.get(`application:${shop.application.id}`));
    expect(application.subscriptions).toEqual([
      {
        id: shop.subscription.id,
        product: shop.product.id,
        plan: shop.plan.id,
        edition: 1,
        since: shop.subscription.createdAt,
        overrides: [],
      },
    ]);
    const plan = PlanRecord.parse(ctx.edge.puts.get(`plan:${shop.plan.id}`));
    expect(plan.limits.limits[0]?.name).toBe("per-minute");
    for (const record of [application, plan]) {
      const floor = Math.max(
        ...signalled.filter((one) => "id" in one && one.id === record.id).map((one) => one.sequence),
      );
      expect(record.sequence).toBeGreaterThanOrEqual(floor);
    }
    const [keyHash] = [...ctx.edge.puts.keys()].filter((key) => key.startsWith("key:"));
    const key = () => CredentialRecord.parse(ctx.edge.puts.get(keyHash ?? ""));
    expect(key()).toMatchObject({ id: shop.key.id, revoked: false, environment: ctx.environment });
    await perform(consumers.revokeKey, ctx, { key: shop.key.id });
    expect(key().revoked).toBe(true);
    expect(ctx.edge.announced.at(-1)?.signals).toEqual([
      { kind: "key", id: keyHash?.slice(4), sequence: ctx.edge.announced.at(-1)?.root.sequence },
    ]);
    await perform(consumers.suspendApplication, ctx, { application: "web" });
    expect(ctx.edge.puts.get(`application:${shop.application.id}`)).toMatchObject({ suspended: true });
    await perform(consumers.endSubscription, ctx, { subscription: shop.subscription.id });
    expect(ctx.edge.puts.get(`application:${shop.application.id}`)).toMatchObject({ subscriptions: [] });
  });

  it("reads one bucket, whatever else is registered", async () => {
    const ctx = await held();
    await stock(ctx);
    await perform(lifecycle.publishVersion, ctx, { api: "books", version: "v1" });
    const touched = ctx.take();
    const before = await readSnapshot(ctx, touched);
    const placed = Array.from({ length: 20 }, (_, n) => n).filter(
      (n) => bucketIndex(ctx.host, `other-${n}`) !== bucketIndex(ctx.host, "books"),
    );
    for (const n of placed) {
      await perform(catalog.createApi, ctx, { slug: `other-${n}`, name: "x", prefix: `/other-${n}` });
    }
    const after = await readSnapshot(ctx, touched);
    expect(after.placed).toEqual(before.placed);
    expect(after.buckets).toHaveLength(1);
    expect([...after.apis.keys()]).toEqual([...before.apis.keys()]);
  });

  it("gives every deployment the number of the change that pointed it there", async () => {
    const ctx = await registry();
    const { publication } = await openShop(ctx);
    const [row] = await ctx.db.select().from(deployments).where(eq(deployments.version, publication.version.id));
    const [change] = await ctx.db
      .select()
      .from(changes)
      .where(eq(changes.action, "publish-version"))
      .orderBy(desc(changes.sequence))
      .limit(1);
    expect(row?.sequence).toBe(change?.sequence);
  });
});
