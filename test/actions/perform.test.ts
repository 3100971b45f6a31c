import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit, outbox } from "../../schema/actions.ts";
import { ask, perform, performAll, step } from "../../src/actions/action.ts";
import { auditHash } from "../../src/actions/audit.ts";
import { createApi } from "../../src/catalog/create-api.ts";
import { getApi } from "../../src/catalog/get-api.ts";
import { listApis } from "../../src/catalog/list-apis.ts";
import { registry } from "../support/registry.ts";

const books = { slug: "books", name: "Books", prefix: "/books" };

describe("perform", () => {
  it("creates, gets and lists", async () => {
    const ctx = await registry();
    const api = await perform(createApi, ctx, books);
    expect(api).toMatchObject({ ...books, edition: 1, style: "rest", selector: { in: "path" } });
    expect(await ask(getApi, ctx, { api: "books" })).toEqual(api);
    expect(await ask(listApis, ctx, {})).toEqual({ items: [api], cursor: null });
    expect(createApi.output.parse(api)).toEqual(api);
  });

  it("chains the audit rows of concurrent changes without a gap", async () => {
    const ctx = await registry();
    const made = Array.from({ length: 6 }, (_, n) => ({ slug: `api-${n}`, name: "x", prefix: `/p${n}` }));
    await Promise.all(made.map((input) => perform(createApi, ctx, input)));
    const rows = await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace)).orderBy(audit.sequence);
    expect(rows.map((row) => row.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    let previous = "";
    for (const { hash, ...row } of rows) {
      expect(row.previousHash).toBe(previous);
      expect(await auditHash(row)).toBe(hash);
      previous = hash;
    }
  });

  it("names the field that is taken, and shows no parameter", async () => {
    const ctx = await registry();
    await perform(createApi, ctx, books);
    await expect(perform(createApi, ctx, { ...books, prefix: "/other" })).rejects.toMatchObject({
      code: "already-exists",
      members: { errors: [{ pointer: "/slug" }] },
    });
  });

  it("makes all changes of a batch or none", async () => {
    const ctx = await registry();
    const both = [step(createApi, books), step(createApi, { ...books, slug: "films" })];
    await expect(performAll(ctx, both)).rejects.toMatchObject({ code: "already-exists" });
    expect(await ask(listApis, ctx, {})).toEqual({ items: [], cursor: null });
    await performAll(ctx, [step(createApi, books), step(createApi, { ...books, slug: "films", prefix: "/films" })]);
    expect((await ask(listApis, ctx, {})).items).toHaveLength(2);
    expect(await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace))).toHaveLength(2);
    expect(
      await ctx.db
        .select()
        .from(outbox)
        .where(and(eq(outbox.workspace, ctx.workspace))),
    ).toEqual([]);
  });
});
