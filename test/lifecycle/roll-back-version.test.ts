import { expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";

type Slug = "production" | "staging";

const v1 = { api: "books", version: "v1" };
const targets = [{ url: "https://books.example" }];

/** A version in a workspace with two environments. What is done to it answers the number of the revision that is served. */
async function books() {
  const ctx = await registry();
  const hosts = [`staging.${ctx.host}`];
  await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging", hosts });
  await perform(catalog.createUpstream, ctx, { slug: "origin", targets: { production: targets, staging: targets } });
  await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books" });
  const policies = [{ id: "key", type: "require-key" }];
  await perform(catalog.createVersion, ctx, { api: "books", name: "v1", upstream: "origin", policies });
  return {
    ctx,
    publish: async (path: `/${string}`, environment: Slug = "production") => {
      await perform(catalog.updateVersion, ctx, { ...v1, operations: [{ id: "x", method: "GET", path }] });
      return (await perform(lifecycle.publishVersion, ctx, { ...v1, environment })).number;
    },
    promote: async (from: Slug, environment: Slug) =>
      (await perform(lifecycle.promoteVersion, ctx, { ...v1, from, environment })).number,
    rollBack: async (environment: Slug = "production", revision?: number) =>
      (await perform(lifecycle.rollBackVersion, ctx, { ...v1, environment, revision })).number,
  };
}

it("brings back what this environment served before, not what another did", async () => {
  const { ctx, publish, rollBack } = await books();
  expect(await publish("/1")).toBe(1);
  expect(await publish("/2", "staging")).toBe(2);
  expect(await publish("/3")).toBe(3);
  expect(await rollBack()).toBe(1);
  expect((await ask(lifecycle.listDeployments, ctx, v1)).items).toMatchObject([
    { environment: "production", number: 1 },
    { environment: "staging", number: 2 },
  ]);
});

it("brings back newer content where older content had replaced it", async () => {
  const { publish, rollBack } = await books();
  await publish("/1");
  await publish("/2");
  expect(await publish("/1")).toBe(1);
  expect(await rollBack()).toBe(2);
});

it("undoes a promotion", async () => {
  const { publish, promote, rollBack } = await books();
  await publish("/1");
  await publish("/2", "staging");
  await publish("/3", "staging");
  expect(await promote("staging", "production")).toBe(3);
  expect(await rollBack()).toBe(1);
});

it("undoes the rollback the second time; a number goes further, and is undone as well", async () => {
  const { publish, rollBack } = await books();
  for (const path of ["/1", "/2", "/3"] as const) await publish(path);
  expect([await rollBack(), await rollBack(), await rollBack()]).toEqual([2, 3, 2]);
  expect(await rollBack("production", 1)).toBe(1);
  expect(await rollBack()).toBe(2);
});

it("undoes no deployment that only compiled the same revision anew, or changed nothing", async () => {
  const { ctx, publish, rollBack } = await books();
  await publish("/1");
  await publish("/2");
  await publish("/2");
  // A product puts policies of its own into the program of the same revision.
  await perform(catalog.createProduct, ctx, { slug: "shop", name: "Shop", apis: ["books"] });
  await publish("/2");
  expect(await rollBack()).toBe(1);
});

it("undoes what a file has deployed", async () => {
  const { ctx, publish, rollBack } = await books();
  await publish("/1");
  await applyFile(ctx, "/2");
  expect(await rollBack()).toBe(1);
});

it("says so where there is nothing to go back to, whatever other environments served", async () => {
  const { publish, rollBack } = await books();
  await publish("/1", "staging");
  const refused = { code: "state-conflict", status: 409 };
  await expect(rollBack()).rejects.toMatchObject({ ...refused, detail: /not published in production/ });
  await publish("/2");
  await expect(rollBack()).rejects.toMatchObject({ ...refused, detail: /served nothing else in production/ });
  await expect(rollBack("production", 7)).rejects.toMatchObject({ ...refused, detail: /revision 7/ });
});

async function applyFile(ctx: Registry, path: `/${string}`): Promise<void> {
  const version = { state: "published", upstream: "origin", operations: { x: `GET ${path}` } } as const;
  const file = {
    format: 1,
    workspace: ctx.workspace,
    environments: { production: { hosts: [ctx.host] }, staging: { name: "Staging", hosts: [`staging.${ctx.host}`] } },
    upstreams: { origin: { targets: { production: targets, staging: targets } } },
    apis: {
      books: { name: "Books", prefix: "/books", versions: { v1: { ...version, environments: ["production"] } } },
    },
  } as const;
  const input = { file: structuredClone(file) as never, documents: {} };
  const { planId } = await perform(lifecycle.applyPlatformFile, ctx, { ...input, plan: true });
  await perform(lifecycle.applyPlatformFile, ctx, { ...input, planId });
}
