import { desc, eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { versions } from "../../schema/catalog.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { analytics } from "../../src/analytics/index.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, type Shop } from "../support/stock.ts";
import { counted } from "../support/counted-usage.ts";

const v1 = { api: "books", version: "v1" };
const day = 86_400_000;
const hour = 3_600_000;

let ctx: Registry;
let shop: Shop;
beforeEach(async () => {
  ctx = await registry();
  shop = await openShop(ctx);
});

/** A call of the shop's application that many days ago. */
const called = (daysAgo: number, change: object = {}): Promise<void> =>
  counted(ctx, {
    at: ctx.now() - daysAgo * day,
    api: shop.api.id,
    version: shop.version.id,
    operation: "get-book",
    application: shop.application.id,
    ...change,
  });

describe("list-callers", () => {
  it("names who calls a version, what, how often and when last; not who called long ago, another version, or nobody", async () => {
    const { id: late } = await perform(consumers.createApplication, ctx, {
      organization: "acme",
      slug: "late",
      name: "Late",
    });
    await called(3);
    await called(2.5, { operation: "list-books" });
    await called(2.5, { operation: "list-books", status: 503 });
    await called(1, { application: late });
    await called(40, { operation: "long-ago" });
    await called(0, { version: "ver_2", versionName: "v2" });
    await called(0, { application: "" });
    const answer = await ask(analytics.listCallers, ctx, v1);
    expect(analytics.listCallers.output.parse(answer)).toEqual(answer);
    const { items, complete, count } = answer;
    expect([complete, count]).toEqual([true, 2]);
    expect(items.map(({ name, organization, calls }) => [name, organization, calls])).toEqual([
      ["Late", "Acme", 1],
      ["Web", "Acme", 3],
    ]);
    expect(items[1]?.operations.map(({ operation, calls }) => [operation, calls])).toEqual([
      ["list-books", 2],
      ["get-book", 1],
    ]);
    expect(ctx.now() - 2.5 * day - (items[1]?.lastCallAt ?? 0)).toBeLessThan(1.1 * hour);
    expect((await ask(analytics.listCallers, ctx, { ...v1, days: "2" })).items).toHaveLength(1);
  });

  it("asks by the version itself: a new name hides no caller, and a new version of an old name has none", async () => {
    await called(1);
    await perform(catalog.updateVersion, ctx, { ...v1, name: "v1-old" });
    const old = { api: "books", version: "v1-old" };
    expect((await ask(analytics.listCallers, ctx, old)).count).toBe(1);
    await expect(perform(lifecycle.retireVersion, ctx, old)).rejects.toMatchObject({ code: "version-in-use" });
    await perform(catalog.createVersion, ctx, { api: "books", name: "v1", upstream: "origin" });
    expect((await ask(analytics.listCallers, ctx, v1)).items).toEqual([]);
    // Calls of a version that is not there are nobody's of the one that comes.
    await called(0, { version: "v1", versionName: "v1" });
    expect((await ask(analytics.listCallers, ctx, v1)).items).toEqual([]);
  });

  it("reads what was counted by name, but not what was called so before", async () => {
    const byName = { version: "v1", versionName: "" };
    await called(0, byName);
    await called(1, { ...byName, operation: "of-another-v1" });
    expect((await ask(analytics.listCallers, ctx, v1)).items[0]?.operations).toMatchObject([{ operation: "get-book" }]);
    const before = { createdAt: ctx.now() - 2 * day };
    await ctx.db.update(versions).set(before).where(eq(versions.id, shop.version.id));
    expect((await ask(analytics.listCallers, ctx, v1)).items[0]?.operations).toHaveLength(2);
  });

  it("counts all of them, however many are listed", async () => {
    const many = Array.from({ length: 1_100 }, (_, n) => `${ctx.workspace}_${n}`);
    const [organization, upstream] = [shop.organization.id, ctx.workspace];
    await ctx.db
      .run(sql`insert into applications (id, workspace, organization, slug, name, state, edition, created_at, updated_at)
      select value, ${upstream}, ${organization}, value, value, 'active', 1, 0, 0 from json_each(${JSON.stringify(many)})`);
    await called(1, { application: many[0] });
    await ctx.db.run(sql`insert into usage_totals select source || value, hour, workspace, environment, subscription,
      value, api, version, version_name, operation, meter, calls, units, classes, histogram, report_version
      from usage_totals, json_each(${JSON.stringify(many.slice(1))}) where usage_totals.workspace = ${ctx.workspace}`);
    const { items, count, complete } = await ask(analytics.listCallers, ctx, v1);
    expect([items.length, count, complete]).toEqual([1_000, 1_100, false]);
    await expect(perform(lifecycle.retireVersion, ctx, v1)).rejects.toMatchObject({
      detail: expect.stringContaining("and by 1099 more applications"),
      members: { callerCount: 1_100 },
    });
  });

  it("keeps to its workspace, its scope and its bounds", async () => {
    await called(0);
    await expect(ask(analytics.listCallers, await registry(), v1)).rejects.toMatchObject({
      code: "resource-not-found",
    });
    const scopeless = ctx.as({ scopes: ["audit:read"] });
    await expect(ask(analytics.listCallers, scopeless, v1)).rejects.toMatchObject({ code: "scope-missing" });
    await expect(ask(analytics.listCallers, ctx, { ...v1, days: 0 })).rejects.toMatchObject({
      members: { errors: [{ pointer: "/days" }] },
    });
  });
});

describe("retire-version", () => {
  it("is refused while applications call, and names them", async () => {
    await called(3);
    await expect(perform(lifecycle.retireVersion, ctx, v1)).rejects.toMatchObject({
      code: "version-in-use",
      status: 409,
      detail: expect.stringMatching(/^v1 was called within 30 days by Web \(Acme\), last on \d{4}-\d\d-\d\d\. Move/),
      members: { callers: [{ name: "Web", operations: [{ operation: "get-book", calls: 1 }] }], callerCount: 1 },
    });
    expect((await ask(lifecycle.checkVersion, ctx, v1)).findings).toEqual([]);
  });

  it("is done with a reason, which the audit trail keeps", async () => {
    await called(3);
    const retired = await perform(lifecycle.retireVersion, ctx, { ...v1, reason: "A leak that cannot be mended." });
    expect(retired.state).toBe("retired");
    const rows = await ctx.db.select().from(audit).where(eq(audit.target, retired.id)).orderBy(desc(audit.sequence));
    expect(rows[0]).toMatchObject({ action: "retire-version", after: { reason: "A leak that cannot be mended." } });
  });

  it("is done where nobody has called for a month, and says nothing the second time", async () => {
    await called(31);
    const { edition } = await perform(lifecycle.retireVersion, ctx, v1);
    await called(0);
    expect((await perform(lifecycle.retireVersion, ctx, v1)).edition).toBe(edition);
  });
});
