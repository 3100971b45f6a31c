/** Lists in pages: every order, whole and without repetition, whatever is made, changed or deleted meanwhile. */
import fc from "fast-check";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { organizations } from "../../schema/consumers.ts";
import { ask } from "../../src/actions/action.ts";
import { consumers } from "../../src/consumers/index.ts";
import { registry, type Registry } from "../support/registry.ts";

const sorts = ["createdAt", "-createdAt", "updatedAt", "-updatedAt", "name", "-name"] as const;
type Sort = (typeof sorts)[number];

interface Made {
  readonly name: string;
  readonly updatedAt: number;
}

async function fill(ctx: Registry, made: readonly Made[]): Promise<void> {
  for (const [index, { name, updatedAt }] of made.entries()) {
    const number = String(index).padStart(3, "0");
    await ctx.db.insert(organizations).values({
      id: `${ctx.workspace}_${number}`,
      workspace: ctx.workspace,
      slug: `s${number}`,
      name,
      edition: 1,
      createdAt: index,
      updatedAt,
    });
  }
}

async function walk(ctx: Registry, sort: Sort, limit: number, search?: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Awaited<ReturnType<typeof consumers.listOrganizations.read>> = await ask(
      consumers.listOrganizations,
      ctx,
      { sort, limit, ...(cursor === undefined ? {} : { cursor }), ...(search === undefined ? {} : { search }) },
    );
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items.map(({ slug }) => slug));
    ({ cursor } = page);
  }
  return seen;
}

function expected(made: readonly Made[], sort: Sort): string[] {
  const fold = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  const rows = made.map((one, index) => ({ ...one, index, slug: `s${String(index).padStart(3, "0")}` }));
  rows.sort((a, b) => {
    const by = sort.endsWith("name")
      ? compare(fold(a.name), fold(b.name))
      : sort.endsWith("updatedAt")
        ? compare(a.updatedAt, b.updatedAt)
        : 0;
    return by === 0 ? a.index - b.index : by;
  });
  const slugs = rows.map(({ slug }) => slug);
  return sort.startsWith("-") ? slugs.reverse() : slugs;
}

describe("pages", () => {
  it("hold every row once, in the order that was asked for, however small they are", async () => {
    const name = fc.constantFrom("a", "B", "b", "%", "ä", "zz");
    const rows = fc.array(fc.record({ name, updatedAt: fc.integer({ min: 0, max: 3 }) }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...sorts), fc.integer({ min: 1, max: 4 }), async (made, sort, limit) => {
        const ctx = await registry();
        await fill(ctx, made);
        expect(await walk(ctx, sort, limit)).toEqual(expected(made, sort));
      }),
      { numRuns: 40 },
    );
  });

  it("neither repeat nor lose what stays, when what they ended with is deleted", async () => {
    const ctx = await registry();
    await fill(
      ctx,
      ["a", "b", "b", "c"].map((name) => ({ name, updatedAt: 1 })),
    );
    const first = await ask(consumers.listOrganizations, ctx, { sort: "name", limit: 2 });
    await ctx.db.delete(organizations).where(eq(organizations.id, first.items[1]?.id ?? ""));
    const second = await ask(consumers.listOrganizations, ctx, { sort: "name", limit: 2, cursor: first.cursor ?? "" });
    expect(second.items.map(({ slug }) => slug)).toEqual(["s002", "s003"]);
  });

  it("can be searched by name and slug, and take wildcards for what they are", async () => {
    const ctx = await registry();
    await fill(
      ctx,
      ["Acme", "50 % off", "a_b", String.raw`back\slash`].map((name) => ({ name, updatedAt: 1 })),
    );
    expect(await walk(ctx, "name", 50, "CM")).toEqual(["s000"]);
    expect(await walk(ctx, "name", 50, "%")).toEqual(["s001"]);
    expect(await walk(ctx, "name", 50, "_")).toEqual(["s002"]);
    expect(await walk(ctx, "name", 50, "\\")).toEqual(["s003"]);
    expect(await walk(ctx, "createdAt", 1, "s00")).toHaveLength(4);
  });

  it("refuse a cursor of another order, or none at all", async () => {
    const ctx = await registry();
    await fill(
      ctx,
      ["a", "b"].map((name) => ({ name, updatedAt: 1 })),
    );
    const { cursor } = await ask(consumers.listOrganizations, ctx, { sort: "name", limit: 1 });
    for (const wrong of [cursor, "abc", "%%%", "W10"]) {
      await expect(ask(consumers.listOrganizations, ctx, { sort: "-name", cursor: wrong })).rejects.toMatchObject({
        code: "input-invalid",
        members: { errors: [{ pointer: "/cursor" }] },
      });
    }
  });
});
