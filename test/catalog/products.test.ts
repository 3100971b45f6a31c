import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "films", version: "v1" };
const key = [{ id: "key", type: "require-key" }];
const product = { slug: "cinema", name: "Cinema", apis: ["films"] };
const refusal = {
  code: "state-conflict",
  detail: expect.stringMatching(/^Version v1 of films is served in production .* Add “require-key”.* publish it/),
};

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
  await perform(catalog.createApi, ctx, { slug: "films", name: "Films", prefix: "/films" });
  const operations = [{ id: "list", method: "GET", path: "/" }];
  await perform(catalog.createVersion, ctx, { api: "films", name: "v1", upstream: "origin", operations });
});
const publish = () => perform(lifecycle.publishVersion, ctx, v1);
const edit = (fields: object) => perform(catalog.updateVersion, ctx, { ...v1, ...fields });
const addToShop = (...apis: string[]) => perform(catalog.updateProduct, ctx, { product: "shop", apis });

describe("an API that comes into a product", () => {
  it("asks who is calling wherever it is served, so that subscribers get through", async () => {
    await publish();
    const before = await ask(catalog.getProduct, ctx, { product: "shop" });
    await expect(perform(catalog.createProduct, ctx, product)).rejects.toMatchObject(refusal);
    await expect(addToShop("books", "films")).rejects.toMatchObject(refusal);
    expect(await ask(catalog.getProduct, ctx, { product: "shop" })).toEqual(before);
    // What is only drafted is not served.
    await edit({ policies: [{ ...key[0], enabled: false }] });
    await publish();
    await edit({ policies: key });
    await expect(addToShop("books", "films")).rejects.toMatchObject(refusal);
    await publish();
    expect((await addToShop("books", "films")).apis).toHaveLength(2);
    expect((await perform(catalog.createProduct, ctx, product)).apis).toHaveLength(1);
    expect(await publish()).toMatchObject({ number: 3 });
  });

  it("may ask by the workspace's list or by an operation's", async () => {
    await edit({ operationPolicies: { list: key } });
    await publish();
    await perform(catalog.createProduct, ctx, product);
    await edit({ operationPolicies: {} });
    await perform(lifecycle.setWorkspacePolicies, ctx, { policies: key });
    await publish();
    await perform(catalog.createProduct, ctx, { ...product, slug: "theatre" });
  });

  it("may be a draft, which publishing checks, or retired", async () => {
    await perform(catalog.createProduct, ctx, product);
    await expect(publish()).rejects.toMatchObject({ code: "revision-invalid" });
    await perform(catalog.updateProduct, ctx, { product: "cinema", apis: [] });
    await publish();
    await perform(lifecycle.retireVersion, ctx, v1);
    expect((await addToShop("books", "films")).apis).toHaveLength(2);
  });

  it("is not asked again when it stays or goes", async () => {
    await addToShop();
    await perform(catalog.updateVersion, ctx, { api: "books", version: "v1", policies: [] });
    await addToShop("books");
    expect((await perform(catalog.updateProduct, ctx, { product: "shop", name: "Store" })).name).toBe("Store");
    expect((await addToShop()).apis).toEqual([]);
  });
});
