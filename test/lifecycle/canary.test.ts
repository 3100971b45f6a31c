import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const policies = [{ id: "other", type: "require-key" }];
const conflict = { code: "state-conflict", status: 409 };

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});

function served() {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(ctx.host, "books"))];
  const { apis } = Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`));
  return apis.find((api) => api.workspace === ctx.workspace)?.versions[0];
}

const start = async (percent = 10) => {
  await perform(catalog.updateVersion, ctx, { ...v1, policies });
  return perform(lifecycle.startCanary, ctx, { ...v1, percent });
};

describe("a canary", () => {
  it("is the draft's revision beside what is published, and grows", async () => {
    expect(await start()).toMatchObject({ number: 2, stable: 1, percent: 10, running: true });
    expect(served()).toMatchObject({ canary: { percent: 10, program: expect.any(String) } });
    expect(ctx.edge.puts.get(`program:${served()?.canary?.program}`)).toMatchObject({ policies });
    await perform(lifecycle.setCanary, ctx, { ...v1, percent: 55.5 });
    expect(served()?.canary?.percent).toBe(55.5);
    expect((await ask(lifecycle.listDeployments, ctx, v1)).items).toMatchObject([
      { number: 1, canary: { percent: 55.5 } },
    ]);
  });

  it("becomes what everybody gets, and a rollback brings back what was before", async () => {
    await start();
    expect(await perform(lifecycle.promoteCanary, ctx, v1)).toMatchObject({ number: 2 });
    expect(served()?.canary).toBeNull();
    expect((await perform(lifecycle.rollBackVersion, ctx, v1)).number).toBe(1);
  });

  it("is aborted, and keeps its revision", async () => {
    await start();
    expect(await perform(lifecycle.abortCanary, ctx, v1)).toMatchObject({ number: 2, running: false });
    expect(served()?.canary).toBeNull();
    expect((await ask(lifecycle.listRevisions, ctx, v1)).items.map(({ number }) => number)).toEqual([2, 1]);
    await expect(perform(lifecycle.abortCanary, ctx, v1)).rejects.toMatchObject(conflict);
    await expect(perform(lifecycle.promoteCanary, ctx, v1)).rejects.toMatchObject(conflict);
  });

  it("ends with whatever is published there", async () => {
    await start();
    await perform(lifecycle.publishVersion, ctx, v1);
    expect([served()?.canary, (await ask(lifecycle.listDeployments, ctx, v1)).items[0]?.number]).toEqual([null, 2]);
    await start().catch(() => undefined);
    await perform(lifecycle.retireVersion, ctx, v1);
    await expect(perform(lifecycle.startCanary, ctx, { ...v1, percent: 1 })).rejects.toMatchObject(conflict);
  });

  it("needs something new that compiles, beside something that is served", async () => {
    await expect(perform(lifecycle.startCanary, ctx, { ...v1, percent: 10 })).rejects.toMatchObject(conflict);
    await perform(catalog.updateVersion, ctx, { ...v1, policies: [] });
    await expect(perform(lifecycle.startCanary, ctx, { ...v1, percent: 10 })).rejects.toMatchObject({
      code: "revision-invalid",
    });
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin" });
    const unserved = perform(lifecycle.startCanary, ctx, { api: "books", version: "v2", percent: 10 });
    await expect(unserved).rejects.toMatchObject(conflict);
  });
});
