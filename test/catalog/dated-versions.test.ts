import { beforeEach, expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { registry, type Registry } from "../support/registry.ts";

const selector = { in: "date", name: "Api-Version" } as const;
const refusedAt = (pointer: string) => ({ code: "input-invalid", members: { errors: [{ pointer }] } });

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
});

it("names versions by dates where calls choose by a date", async () => {
  await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books", selector });
  for (const name of ["v1", "2026-13-01"]) {
    await expect(perform(catalog.createVersion, ctx, { api: "books", name })).rejects.toMatchObject(refusedAt("/name"));
  }
  await perform(catalog.createVersion, ctx, { api: "books", name: "2026-11-01" });
  const renamed = perform(catalog.updateVersion, ctx, { api: "books", version: "2026-11-01", name: "v1" });
  await expect(renamed).rejects.toMatchObject(refusedAt("/name"));
});

it("does not choose by dates where versions have other names", async () => {
  await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books" });
  await perform(catalog.createVersion, ctx, { api: "books", name: "v1" });
  await expect(perform(catalog.updateApi, ctx, { api: "books", selector })).rejects.toMatchObject(
    refusedAt("/selector"),
  );
});
