import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { usageTotals } from "../../schema/analytics.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { analytics } from "../../src/analytics/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { ledgerName, type LedgerSubject } from "../../src/model/ledger/name.ts";
import { counted } from "../support/counted-usage.ts";
import { cell, report, stub } from "../support/ledger-report.ts";
import { registry, type Registry } from "../support/registry.ts";

const hourMs = 3_600_000;
/** So that its last hour is over, and all of it is within 48 hours. */
const hour = Math.floor(Date.now() / hourMs) - 40;
const minute = hour * 60;
const all = { from: hour - 1, to: hour + 60 };

const none = { hours: 0, calls: 0, units: 0 };

function ledgerOf({ workspace, environment }: Registry, id: string, subject: LedgerSubject = "app"): string {
  return ledgerName({ subject, workspace, environment, id });
}

async function reconcile(ctx: Registry, asked: object = {}) {
  const answer = await ask(analytics.reconcileUsage, ctx, asked);
  expect(analytics.reconcileUsage.output.parse(answer)).toEqual(answer);
  return answer;
}

/** A ledger whose totals D1 has: in three hours, which no stretch holds all of. */
async function settled(ctx: Registry, id: string, subject?: LedgerSubject): Promise<string> {
  const ledger = ledgerOf(ctx, id, subject);
  const of = { application: subject === "api" ? "" : id };
  await report(ledger, cell(minute, of), cell(minute + 59, of), cell(minute + 7 * 60, of), cell(minute + 1_800, of));
  await stub(ledger).reconcile(all);
  return ledger;
}

describe("reconcile-usage", () => {
  it("compares every ledger that totals name, and finds no difference where there is none", async () => {
    const ctx = await registry();
    const [app, api] = [await settled(ctx, "app_1"), await settled(ctx, "api_1", "api")];
    await settled(await registry(), "app_other");
    const { environment } = ctx;
    const same = { hours: 3, counted: { calls: 4, units: 8 }, stored: { calls: 4, units: 8 } };
    expect(await reconcile(ctx)).toEqual({
      items: [
        { ledger: api, environment, application: null, api: "api_1", ...same, before: none, repaired: 0, after: none },
        { ledger: app, environment, application: "app_1", api: null, ...same, before: none, repaired: 0, after: none },
      ],
      cursor: null,
    });
  });

  it("finds what was changed or deleted by hand, repairs it, and shows that nothing is left", async () => {
    const ctx = await registry();
    const ledger = await settled(ctx, "app_1");
    const own = eq(usageTotals.source, ledger);
    await ctx.db.update(usageTotals).set({ calls: 700 }).where(own);
    await ctx.db.delete(usageTotals).where(eq(usageTotals.hour, hour + 30));
    const [found] = (await reconcile(ctx)).items;
    expect(found).toMatchObject({
      hours: 3,
      counted: { calls: 4, units: 8 },
      stored: { calls: 1_400 },
      before: { hours: 3, calls: 698 + 699 + 1, units: 2 },
      repaired: 3,
      after: none,
    });
    const rows = await ctx.db.select().from(usageTotals).where(own);
    expect(rows.map(({ hour: at, calls, units }) => [at - hour, calls, units])).toEqual([
      [0, 2, 4],
      [7, 1, 2],
      [30, 1, 2],
    ]);
    expect((await reconcile(ctx)).items).toMatchObject([{ before: none, repaired: 0, after: none }]);
  });

  it("shows what remains where totals have what no ledger knows of", async () => {
    const ctx = await registry();
    const ledger = ledgerOf(ctx, "app_1");
    await counted(ctx, { at: hour * hourMs, units: 5 }, ledger);
    const left = { hours: 1, calls: 1, units: 5 };
    expect((await reconcile(ctx)).items).toMatchObject([
      { ledger, counted: { calls: 0 }, stored: { calls: 1 }, before: left, repaired: 0, after: left },
    ]);
  });

  it("goes page by page, past ledgers that were quiet", async () => {
    const ctx = await registry();
    const ledgers: string[] = [];
    for (const id of ["app_1", "app_2", "app_3"]) ledgers.push(await settled(ctx, id));
    await counted(ctx, { at: (hour - 20) * hourMs }, ledgerOf(ctx, "app_0"));
    const seen: string[] = [];
    let cursor: string | null | undefined = undefined;
    let pages = 0;
    while (cursor !== null) {
      const page = await reconcile(ctx, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ ledger }) => ledger));
      cursor = page.cursor;
      pages += 1;
    }
    expect([seen, pages]).toEqual([ledgers, 2]);
    const other = ledgerOf(await registry(), "app_1");
    for (const wrong of ["x", other]) {
      await expect(reconcile(ctx, { cursor: wrong })).rejects.toMatchObject({
        members: { errors: [{ pointer: "/cursor" }] },
      });
    }
  });

  it("takes an application's ledgers by name: also those that D1 has nothing of", async () => {
    const ctx = await registry();
    await perform(consumers.createOrganization, ctx, { slug: "acme", name: "Acme" });
    const asked = { organization: "acme", slug: "web", name: "Web" };
    const { id } = await perform(consumers.createApplication, ctx, asked);
    const ledger = await settled(ctx, id);
    await settled(ctx, "app_other");
    await ctx.db.delete(usageTotals).where(eq(usageTotals.source, ledger));
    expect((await reconcile(ctx)).items).toHaveLength(1);
    const { items } = await reconcile(ctx, { application: "acme/web", from: hour * hourMs, to: (hour + 8) * hourMs });
    expect(items).toMatchObject([{ ledger, application: id, before: { hours: 2, calls: 3 }, after: none }]);
    const later = (await reconcile(ctx)).items.find((item) => item.ledger === ledger);
    expect(later).toMatchObject({ before: { hours: 1, calls: 1 }, after: none });
  });

  it("says where the range is wrong", async () => {
    const ctx = await registry();
    const now = Date.now();
    for (const [asked, pointer] of [
      [{ from: now - 49 * hourMs }, "/from"],
      [{ from: now - hourMs, to: now - 2 * hourMs }, "/to"],
    ] as const) {
      await expect(reconcile(ctx, asked)).rejects.toMatchObject({ status: 400, members: { errors: [{ pointer }] } });
    }
    await expect(reconcile(ctx, { application: "none" })).rejects.toMatchObject({ code: "resource-not-found" });
  });
});
