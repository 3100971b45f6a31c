import { describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { analytics } from "../../src/analytics/index.ts";
import { catalog } from "../../src/catalog/index.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { UsageCell } from "../../src/model/usage.ts";
import { counted } from "../support/counted-usage.ts";
import { cell, report } from "../support/ledger-report.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const minuteMs = 60_000;

/** Of a minute that is over, and of none that begins while the test runs. */
const minute = Math.floor(Date.now() / minuteMs) - 30;
const at = (later: number): number => (minute + later) * minuteMs;

async function shop() {
  const ctx = await registry();
  const { application, subscription } = await openShop(ctx);
  const staging = await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" });
  const called = (environment: string, ...cells: readonly Partial<UsageCell>[]) =>
    report(
      ledgerName({ subject: "app", workspace: ctx.workspace, environment, id: application.id }),
      ...cells.map(({ minute: later = 0, ...change }) =>
        cell(minute + later, { application: application.id, subscription: subscription.id, ...change }),
      ),
    );
  return { ctx, application, subscription, staging, called };
}

const rows = async (ctx: Registry, asked: object) => {
  const answer = await ask(analytics.listUsage, ctx, { from: at(0), to: at(10), per: "minute", ...asked });
  expect(analytics.listUsage.output.parse(answer)).toEqual(answer);
  return answer;
};

describe("list-usage per minute", () => {
  it("reads the application's ledgers, in every environment, before anything is in D1", async () => {
    const { ctx, application, staging, called } = await shop();
    await called(ctx.environment, {}, { minute: 2, calls: 5 }, { operation: "get", classes: classes({ "5xx": 1 }) });
    await called(staging.id, { histogram: [0, 0, 1] });
    expect(await rows(ctx, { application: "acme/web" })).toMatchObject({
      items: [
        { from: at(0), calls: 3, units: 6, classes: { "2xx": 2, "5xx": 1 } },
        { from: at(2), calls: 5 },
      ],
      complete: true,
    });
    const told = await rows(ctx, { application: application.id, by: "environment,operation" });
    expect(told.items.map(({ from, environment, operation, calls }) => [from, environment, operation, calls])).toEqual([
      [at(0), ctx.environment, "get", 1],
      [at(0), ctx.environment, "list", 1],
      [at(0), staging.id, "list", 1],
      [at(2), ctx.environment, "list", 5],
    ]);
    const one = { application: application.id, environment: staging.id };
    expect((await rows(ctx, one)).items).toMatchObject([{ calls: 1, latency: { p50: 17.5 } }]);
  });

  it("finds them by the subscription as well, and takes every filter", async () => {
    const { ctx, application, subscription, called } = await shop();
    await called(
      ctx.environment,
      {},
      { subscription: "" },
      { meter: "refused" },
      { version: "ver_2", versionName: "v2" },
    );
    const calls = async (asked: object) => (await rows(ctx, asked)).items.reduce((sum, row) => sum + row.calls, 0);
    expect(await calls({ subscription: subscription.id })).toBe(3);
    expect(await calls({ application: application.id })).toBe(4);
    expect(await calls({ application: application.id, meter: "refused" })).toBe(1);
    for (const version of ["v2", "ver_2"]) expect(await calls({ application: "web", version })).toBe(1);
    for (const gone of [{ subscription: "sub_gone" }, { application: "gone" }]) expect(await calls(gone)).toBe(0);
    expect(await rows(ctx, { application: "web", by: "version,meter", limit: 1 })).toMatchObject({
      items: [{ version: "v1" }],
      complete: false,
    });
  });

  it("finds ledgers of environments that are gone by what D1 has of them", async () => {
    const { ctx, application, called } = await shop();
    await called("env_gone", {});
    expect((await rows(ctx, { application: "web" })).items).toEqual([]);
    const source = ledgerName({
      subject: "app",
      workspace: ctx.workspace,
      environment: "env_gone",
      id: application.id,
    });
    await counted(ctx, { at: at(0), application: application.id }, source);
    expect((await rows(ctx, { application: "web" })).items).toMatchObject([{ from: at(0), calls: 1 }]);
  });

  it("is refused where nobody is named, and for what is forgotten, with what to do", async () => {
    const { ctx } = await shop();
    await expect(rows(ctx, { api: "api_1" })).rejects.toMatchObject({
      code: "input-invalid",
      status: 400,
      members: { errors: [{ pointer: "/application", message: expect.stringContaining("or ask per hour") }] },
    });
    await expect(rows(ctx, { application: "web", from: Date.now() - 49 * 3_600_000 })).rejects.toMatchObject({
      members: { errors: [{ pointer: "/from", message: expect.stringContaining("48 hours") }] },
    });
    const other = await registry();
    expect((await rows(other, { application: "web" })).items).toEqual([]);
  });
});

function classes(change: Partial<UsageCell["classes"]>): UsageCell["classes"] {
  return { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0, ...change };
}
