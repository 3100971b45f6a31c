import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { deployments, plans, productApis, revisions, upstreamTargets } from "../../schema/catalog.ts";
import { credentials, subscriptions } from "../../schema/consumers.ts";
import { placements } from "../../schema/distribution.ts";
import { environmentHosts } from "../../schema/workspaces.ts";
import { ask, perform, type Action } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
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
function served() {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(ctx.host, "books"))];
  if (hash === undefined) return undefined;
  return Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`)).apis.find((api) => api.workspace === ctx.workspace);
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

  it("leaves the keys of a deleted application refused at the edge", async () => {
    await endSubscription();
    await revokeKey();
    await perform(consumers.deleteApplication, ctx, { application: "web" });
    const kept = [...ctx.edge.puts].filter(([key]) => key.startsWith("key:")).map(([, record]) => record);
    expect(kept).toMatchObject([{ revoked: true }]);
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
