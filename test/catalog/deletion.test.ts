import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { deployments, plans, productApis, revisions, upstreamTargets } from "../../schema/catalog.ts";
import { credentials, subscriptions } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts } from "../../schema/workspaces.ts";
import { ask, perform, type Action } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { outbox } from "../../schema/actions.ts";
import { distribute, runDueEffects } from "../../src/actions/effect.ts";
import { identity } from "../../src/identity/index.ts";
import { runDistribution } from "../../src/lifecycle/distribute.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Problem } from "../../src/model/problem.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, type Shop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };

let ctx: Registry;
let shop: Shop;
beforeEach(async () => {
  ctx = await registry();
  shop = await openShop(ctx);
});

/** What stands in the way, as `kind name`. */
async function dependentsOf(action: Action, input: object): Promise<string[]> {
  const refused: unknown = await perform(action, ctx, input).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(refused instanceof Problem)) throw new Error("was not refused", { cause: refused });
  expect([refused.code, refused.status]).toEqual(["has-dependents", 409]);
  const dependents = refused.members["dependents"] as readonly { kind: string; id: string; name: string }[];
  expect(refused.members["dependentCount"]).toBe(dependents.length);
  expect(dependents.every(({ id }) => id.length > 0)).toBe(true);
  return dependents.map(({ kind, name }) => `${kind} ${name}`);
}

const endSubscription = () => perform(consumers.endSubscription, ctx, { subscription: shop.subscription.id });
const revokeKey = () => perform(consumers.revokeKey, ctx, { key: shop.key.id });
const retire = () => perform(lifecycle.retireVersion, ctx, v1);

/** The API as the gateway has it; undefined if it is not served. */
function served(host = ctx.host) {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(host, "books"))];
  if (hash === undefined) return undefined;
  return Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`)).apis.find(
    (api) => api.workspace === ctx.workspace && api.host === host,
  );
}

const rowsIn = {
  revisions: () => ctx.db.select().from(revisions).where(eq(revisions.workspace, ctx.workspace)),
  deployments: () => ctx.db.select().from(deployments).where(eq(deployments.workspace, ctx.workspace)),
  placements: () => ctx.db.select().from(placements).where(eq(placements.workspace, ctx.workspace)),
  targets: () => ctx.db.select().from(upstreamTargets).where(eq(upstreamTargets.workspace, ctx.workspace)),
  plans: () => ctx.db.select().from(plans).where(eq(plans.workspace, ctx.workspace)),
  bundles: () => ctx.db.select().from(productApis).where(eq(productApis.workspace, ctx.workspace)),
  subscriptions: () => ctx.db.select().from(subscriptions).where(eq(subscriptions.workspace, ctx.workspace)),
  keys: () => ctx.db.select().from(credentials).where(eq(credentials.workspace, ctx.workspace)),
  hosts: () => ctx.db.select().from(environmentHosts).where(eq(environmentHosts.workspace, ctx.workspace)),
};

describe("what others need", () => {
  it("is not deleted, and whoever needs it is named", async () => {
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin" });
    await perform(catalog.updateVersion, ctx, { ...v1, successor: "v2" });
    await perform(catalog.updateApi, ctx, { api: "books", defaultVersion: "v2" });
    expect(await dependentsOf(catalog.deleteUpstream, { upstream: "origin" })).toEqual([
      "version books/v1",
      "version books/v2",
    ]);
    expect(await dependentsOf(catalog.deleteVersion, { api: "books", version: "v2" })).toEqual([
      "version books/v1",
      "api books",
    ]);
    expect(await dependentsOf(catalog.deleteApi, { api: "books" })).toEqual([
      "version books/v1",
      "version books/v2",
      "product shop",
    ]);
    expect(await dependentsOf(catalog.deleteProduct, { product: "shop" })).toEqual(["subscription acme/web"]);
    expect(await dependentsOf(catalog.deletePlan, { product: "shop", plan: "free" })).toEqual([
      "subscription acme/web",
    ]);
    expect(await dependentsOf(catalog.deleteEnvironment, { environment: "production" })).toEqual([
      "version books/v1",
      "key Key",
    ]);
    expect(await dependentsOf(consumers.deleteOrganization, { organization: "acme" })).toEqual(["application web"]);
    expect(await dependentsOf(consumers.deleteApplication, { application: "web" })).toEqual([
      "subscription shop",
      "key Key",
    ]);
    expect((await ask(catalog.getVersion, ctx, v1)).state).toBe("published");
  });

  it("is told in numbers where there is much of it", async () => {
    for (let n = 0; n < 25; n += 1) {
      await perform(consumers.createApplication, ctx, { organization: "acme", slug: `a${n}`, name: "A" });
    }
    await expect(perform(consumers.deleteOrganization, ctx, { organization: "acme" })).rejects.toMatchObject({
      detail: expect.stringMatching(
        /is still needed by application \S+ and 25 more\. Delete its applications first\.$/,
      ),
      members: { dependents: expect.objectContaining({ length: 20 }), dependentCount: 26 },
    });
  });
});

describe("a version", () => {
  it("goes only from its ends of life: as a draft, or retired", async () => {
    await expect(perform(catalog.deleteVersion, ctx, v1)).rejects.toMatchObject({
      code: "state-conflict",
      detail: expect.stringContaining("Retire it first"),
    });
    await retire();
    expect(served()?.versions).toMatchObject([{ name: "v1", state: "retired" }]);
    await perform(catalog.deleteVersion, ctx, v1);
    expect(served()).toBeUndefined();
    expect([...(await rowsIn.revisions()), ...(await rowsIn.deployments())]).toEqual([]);
    await expect(ask(catalog.getVersion, ctx, v1)).rejects.toMatchObject({ code: "resource-not-found" });
  });

  it("may be made anew under its name, and begins at revision 1", async () => {
    await retire();
    await perform(catalog.deleteVersion, ctx, v1);
    const operations = [{ id: "get-book", method: "GET", path: "/books/{isbn}" }];
    const policies = [{ id: "key", type: "require-key" }];
    await perform(catalog.createVersion, ctx, { api: "books", name: "v1", upstream: "origin", operations, policies });
    expect((await perform(lifecycle.publishVersion, ctx, v1)).number).toBe(1);
    expect(served()?.versions).toMatchObject([{ name: "v1", state: "published" }]);
  });
});

describe("everything", () => {
  it("goes one after the other, with all that is its own, and is gone from the edge", async () => {
    await endSubscription();
    await revokeKey();
    await retire();
    await perform(catalog.deleteProduct, ctx, { product: "shop" });
    expect(served()?.products).toEqual([]);
    expect([...(await rowsIn.plans()), ...(await rowsIn.bundles()), ...(await rowsIn.subscriptions())]).toEqual([]);
    await perform(consumers.deleteApplication, ctx, { application: "web" });
    expect(await rowsIn.keys()).toEqual([]);
    await perform(consumers.deleteOrganization, ctx, { organization: "acme" });
    await perform(catalog.deleteVersion, ctx, v1);
    await perform(catalog.deleteApi, ctx, { api: "books" });
    expect(await rowsIn.placements()).toEqual([]);
    await perform(catalog.deleteUpstream, ctx, { upstream: "origin" });
    expect(await rowsIn.targets()).toEqual([]);
    expect((await ask(catalog.listApis, ctx, {})).items).toEqual([]);
    expect((await ask(catalog.listUpstreams, ctx, {})).items).toEqual([]);
    expect((await ask(consumers.listOrganizations, ctx, {})).items).toEqual([]);
    await openShop(ctx);
    expect(served()?.versions).toMatchObject([{ name: "v1", state: "published" }]);
  });

  it("leaves no record of what is gone, and tells of each", async () => {
    await endSubscription();
    await revokeKey();
    await perform(consumers.deleteApplication, ctx, { application: "web" });
    expect(
      ctx.edge.announced
        .at(-1)
        ?.signals.map(({ kind }) => kind)
        .sort(),
    ).toEqual(["application", "key"]);
    await perform(catalog.deleteProduct, ctx, { product: "shop", reason: "It was a trial." });
    expect([...ctx.edge.puts.keys()].filter((key) => /^(key|application|plan):/.test(key))).toEqual([]);
  });

  it("is kept in the trail with what went along", async () => {
    await endSubscription();
    await revokeKey();
    await perform(consumers.deleteApplication, ctx, { application: "web" });
    await perform(catalog.deleteProduct, ctx, { product: "shop", reason: "It was a trial." });
    const { items } = await ask(identity.listAudit, ctx, { limit: 2 });
    expect(items).toMatchObject([
      { before: { slug: "shop", plans: [{ slug: "free" }] }, after: { reason: "It was a trial." } },
      { before: { slug: "web", keys: [{ name: "Key" }], subscriptions: [{ state: "ended" }] } },
    ]);
    expect(items.map(({ before }) => JSON.stringify(before)).join("")).not.toMatch(/[0-9a-f]{64}/);
  });
});

/** The request that makes a change ends right after its commit: what it owes is the Courier's. */
const dying = (): Registry => ({
  ...ctx,
  effects: {
    ...ctx.effects,
    distribute: async () => {
      throw new Error("the request died");
    },
  },
});

/** The Courier, an hour later. */
async function runCourier(): Promise<void> {
  for (let run = 0; run < 3; run += 1) await runDueEffects({ ...ctx, now: () => Date.now() + 3_600_000 });
  expect(await ctx.db.select().from(outbox).where(eq(outbox.workspace, ctx.workspace))).toEqual([]);
}

describe("what the edge has not heard of yet", () => {
  it("is a revoked key whose application is gone: it is taken away all the same", async () => {
    await endSubscription();
    await perform(consumers.revokeKey, dying(), { key: shop.key.id });
    await perform(consumers.deleteApplication, dying(), { application: "web" });
    expect([...ctx.edge.puts.keys()].filter((key) => key.startsWith("key:"))).toHaveLength(1);
    await runCourier();
    expect([...ctx.edge.puts.keys()].filter((key) => key.startsWith("key:"))).toEqual([]);
  });

  it("is a version whose API is gone: it is not served any more", async () => {
    await perform(catalog.updateProduct, ctx, { product: "shop", apis: [] });
    await perform(lifecycle.retireVersion, dying(), v1);
    await perform(catalog.deleteVersion, dying(), v1);
    await perform(catalog.deleteApi, dying(), { api: "books" });
    expect(served()).toBeDefined();
    await runCourier();
    expect(served()).toBeUndefined();
  });

  it("is an environment that is gone: its host serves nothing of it", async () => {
    const host = `spare.${ctx.host}`;
    await perform(catalog.createEnvironment, ctx, { slug: "spare", name: "Spare", hosts: [host] });
    const targets = { production: [{ url: "https://books.example" }], spare: [{ url: "https://spare.example" }] };
    await perform(catalog.updateUpstream, ctx, { upstream: "origin", targets });
    await perform(lifecycle.publishVersion, ctx, { ...v1, environment: "spare" });
    expect(served(host)).toBeDefined();
    await perform(lifecycle.withdrawVersion, dying(), { ...v1, environment: "spare" });
    await perform(catalog.deleteEnvironment, dying(), { environment: "spare" });
    await runCourier();
    expect([served(host), served()?.versions.length]).toEqual([undefined, 1]);
  });

  it("never comes back by a run that read it before", async () => {
    await endSubscription();
    let isFirst = true;
    // Between what this run has read and what it puts, somebody else revokes the key, and is done.
    const putRecord: Registry["edge"]["putRecord"] = async (kind, id, record) => {
      if (isFirst) await revokeKey();
      isFirst = false;
      await ctx.edge.putRecord(kind, id, record);
    };
    const slow = { ...ctx, edge: { ...ctx.edge, putRecord } };
    const [key] = await rowsIn.keys();
    const records = [{ kind: "key" as const, id: key?.hash ?? "" }];
    await runDistribution([distribute({ records }).payload], slow);
    expect(ctx.edge.puts.get(`key:${key?.hash}`)).toMatchObject({ revoked: true });
  });
});

describe("a product", () => {
  it("that alone limits an API which is served goes only with a reason", async () => {
    await endSubscription();
    expect(await dependentsOf(catalog.deleteProduct, { product: "shop" })).toEqual(["api books"]);
    await perform(catalog.createProduct, ctx, { slug: "other", name: "Other", apis: ["books"] });
    await perform(catalog.deleteProduct, ctx, { product: "shop" });
    expect(await dependentsOf(catalog.deleteProduct, { product: "other" })).toEqual(["api books"]);
    await perform(catalog.deleteProduct, ctx, { product: "other", reason: "It is free from now on." });
    expect(served()?.products).toEqual([]);
  });
});

describe("a plan", () => {
  it("goes with the subscriptions that have ended under it, and no others", async () => {
    await perform(catalog.createPlan, ctx, { product: "shop", slug: "gold", name: "Gold" });
    await perform(catalog.deletePlan, ctx, { product: "shop", plan: "gold" });
    expect(await rowsIn.subscriptions()).toHaveLength(1);
    await endSubscription();
    await perform(catalog.deletePlan, ctx, { product: "shop", plan: "free" });
    expect(await rowsIn.subscriptions()).toEqual([]);
  });
});

describe("an environment", () => {
  it("frees its hosts, and never is the last to go", async () => {
    const host = `spare.${ctx.host}`;
    await perform(catalog.createEnvironment, ctx, { slug: "spare", name: "Spare", hosts: [host] });
    await perform(catalog.updateUpstream, ctx, {
      upstream: "origin",
      targets: { spare: [{ url: "https://spare.example" }] },
    });
    await perform(catalog.deleteEnvironment, ctx, { environment: "spare" });
    expect((await rowsIn.hosts()).map((row) => row.host)).toEqual([ctx.host]);
    expect(await rowsIn.targets()).toHaveLength(1);
    const other = await registry();
    await perform(catalog.createEnvironment, other, { slug: "taken", name: "Taken", hosts: [host] });

    const bare = await registry();
    await expect(perform(catalog.deleteEnvironment, bare, { environment: "production" })).rejects.toMatchObject({
      code: "state-conflict",
      detail: expect.stringContaining("last environment"),
    });
  });
});
