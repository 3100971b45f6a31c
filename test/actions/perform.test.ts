import { and, eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { audit, guards, outbox } from "../../schema/actions.ts";
import { apis } from "../../schema/catalog.ts";
import { ask, defineAction, perform, performAll, step } from "../../src/actions/action.ts";
import { auditable } from "../../src/actions/audit.ts";
import { auditHash } from "../../src/model/audit-chain.ts";
import { distribute, splitEffect, touchedBy } from "../../src/actions/effect.ts";
import { stamp } from "../../src/actions/revise.ts";
import { catalog } from "../../src/catalog/index.ts";
import { Problem } from "../../src/model/problem.ts";
import { registry } from "../support/registry.ts";

const { createApi, getApi, listApis, updateApi } = catalog;
const books = { slug: "books", name: "Books", prefix: "/books" };

async function refusalOf(work: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Problem) return thrown;
  throw new Error("was not refused", { cause: thrown });
}

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

  it("lets one of two who saw the same edition win, and tells the other", async () => {
    const ctx = await registry();
    await perform(createApi, ctx, books);
    const both = await Promise.allSettled(
      ["One", "Two"].map((name) => perform(updateApi, ctx, { api: "books", name }, { expectedVersion: 1 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = both.find(({ status }) => status === "rejected");
    expect(lost).toMatchObject({ reason: { code: "version-conflict", status: 412, members: { edition: 2 } } });
    const fields = { name: { before: "Books", after: expect.stringMatching(/^(?:One|Two)$/) } };
    expect(lost).toMatchObject({ reason: { members: { changes: [{ edition: 2, actor: "tok_test", fields }] } } });
    // Who named no edition is not told: the change is decided again on what is there.
    await Promise.all(["A", "B", "C"].map((description) => perform(updateApi, ctx, { api: "books", description })));
    expect((await ask(getApi, ctx, { api: "books" })).edition).toBe(5);
  });

  it("tells whoever saw an old edition what others did since, and nothing of what they did not see change", async () => {
    const ctx = await registry();
    await perform(createApi, ctx, books);
    await perform(updateApi, ctx.as({ id: "tok_anna", scopes: ["*"] }), { api: "books", description: "All books." });
    for (let n = 1; n <= 12; n += 1) await perform(updateApi, ctx, { api: "books", name: `Books ${n}` });
    const refused = await refusalOf(perform(updateApi, ctx, { api: "books", name: "Mine" }, { expectedVersion: 13 }));
    expect(refused.members).toEqual({
      edition: 14,
      changes: [
        {
          edition: 14,
          at: expect.any(Number),
          actor: "tok_test",
          action: "update-api",
          fields: { name: { before: "Books 11", after: "Books 12" } },
        },
      ],
    });
    const old = await refusalOf(perform(updateApi, ctx, { api: "books", name: "Mine" }, { expectedVersion: 1 }));
    expect(old.members["changes"]).toHaveLength(10);
    expect(old.detail).toContain("tok_test changed it last, by update-api.");
    expect((await ask(getApi, ctx, { api: "books" })).name).toBe("Books 12");
  });

  it("writes nothing where nothing changes", async () => {
    const ctx = await registry();
    const api = await perform(createApi, ctx, books);
    expect(await perform(updateApi, ctx, { api: "books", name: "Books" })).toEqual(api);
    expect(await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace))).toHaveLength(1);
  });

  it("rolls everything back where a guard does not hold, and says which", async () => {
    const ctx = await registry();
    const guarded = (holds: boolean) =>
      defineAction({
        name: "guarded",
        summary: "Creates an API if the guards hold.",
        scope: "catalog:write",
        input: z.strictObject({}),
        output: z.null(),
        async decide(_input, inner) {
          const row = { id: inner.makeId("api"), workspace: inner.workspace, ...apiRow, ...stamp(1) };
          const moved = new Problem("plan-outdated", { detail: "It moved." });
          return {
            target: { kind: "api", id: row.id, edition: 0 },
            before: null,
            after: null,
            output: null,
            statements: [inner.db.insert(apis).values(row)],
            guards: [
              { holds: sql`1`, problem: new Problem("internal-error", { detail: "This one holds." }) },
              { holds: sql`${inner.workspace} = ${holds ? inner.workspace : "another"}`, problem: moved },
            ],
          };
        },
      });
    await expect(perform(guarded(false), ctx, {})).rejects.toMatchObject({ code: "plan-outdated" });
    expect((await ask(listApis, ctx, {})).items).toEqual([]);
    expect(await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace))).toEqual([]);
    await perform(guarded(true), ctx, {});
    expect((await ask(listApis, ctx, {})).items).toHaveLength(1);
    expect(await ctx.db.select().from(guards)).toEqual([]);
  });

  it("keeps secrets and endless states out of the trail", () => {
    expect(auditable({ name: "a", token: "t", list: [{ Authorization: "Bearer x" }], key: { id: 1 } })).toEqual({
      name: "a",
      token: "[secret]",
      list: [{ Authorization: "[secret]" }],
      key: { id: 1 },
    });
    expect(auditable({ text: "x".repeat(200_000) })).toEqual({ omitted: expect.stringContaining("characters") });
  });

  it("cuts an effect into rows that one request can run", () => {
    const records = Array.from({ length: 95 }, (_, n) => ({ kind: "plan" as const, id: `pln_${n}` }));
    const parts = touchedBy(splitEffect(distribute({ apis: ["api_1"], records })));
    expect(parts.map((part) => part.records.length)).toEqual([40, 40, 15]);
    expect(parts.map(({ apis }) => apis)).toEqual([["api_1"], [], []]);
  });

  it("does not let the workspace of the platform be used as one", async () => {
    const ctx = await registry();
    await expect(perform(createApi, { ...ctx, workspace: "platform" }, books)).rejects.toMatchObject({
      code: "resource-not-found",
    });
  });
});

const apiRow = {
  ...books,
  description: "",
  style: "rest" as const,
  selector: { in: "path" as const },
  defaultVersion: null,
  visibility: "public" as const,
};
