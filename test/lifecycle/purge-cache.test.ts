import { beforeAll, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { stock, type Stock } from "../support/stock.ts";

describe("purge-cache", () => {
  let ctx: Registry;
  let shop: Stock;
  beforeAll(async () => {
    ctx = await registry();
    shop = await stock(ctx);
  });

  /** The mark that went to the edge. */
  async function purged(scope: "tag" | "prefix" | "consumer" | "api", value: string) {
    const { id } = await perform(lifecycle.purgeCache, ctx, { scope, value });
    const [signal] = ctx.edge.announced.at(-1)?.signals ?? [];
    return { id, signal };
  }

  it("marks an API and a consumer by id, however they are named", async () => {
    for (const value of ["books", shop.api.id]) {
      const { signal } = await purged("api", value);
      expect(signal).toMatchObject({ kind: "purge", workspace: ctx.workspace, scope: "api", value: shop.api.id });
    }
    for (const value of ["web", "acme/web", shop.application.id]) {
      const { signal } = await purged("consumer", value);
      expect(signal).toMatchObject({ scope: "consumer", value: shop.application.id });
    }
  });

  it("leaves the same id in the trail", async () => {
    const { id } = await purged("api", "books");
    const [entry] = (await ask(identity.listAudit, ctx, { target: id })).items;
    expect(entry).toMatchObject({ action: "purge-cache", after: { scope: "api", value: shop.api.id } });
  });

  it("takes tags and prefixes as they are", async () => {
    for (const [scope, value] of [
      ["tag", "books"],
      ["prefix", "/books/v1"],
    ] as const) {
      expect((await purged(scope, value)).signal).toMatchObject({ scope, value });
    }
  });

  it("refuses an API or a consumer that is not there, or another workspace's, and marks nothing", async () => {
    const other = await stock(await registry());
    const announced = ctx.edge.announced.length;
    const missing = {
      api: ["films", other.api.id, shop.application.id],
      consumer: ["app", other.application.id, "books"],
    };
    for (const scope of ["api", "consumer"] as const) {
      for (const value of missing[scope]) {
        await expect(perform(lifecycle.purgeCache, ctx, { scope, value }), value).rejects.toMatchObject({
          code: "resource-not-found",
          status: 404,
        });
      }
    }
    expect(ctx.edge.announced).toHaveLength(announced);
  });
});
