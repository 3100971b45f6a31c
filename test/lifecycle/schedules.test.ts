/** Steps of a version's life that are taken at a time: once, as they were reviewed, and with a word about what went wrong. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import type { Context } from "../../src/actions/context.ts";
import { catalog } from "../../src/catalog/index.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle, runDueSchedules } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, type Shop } from "../support/stock.ts";
import { counted } from "../support/counted-usage.ts";

const v1 = { api: "books", version: "v1" };
const hour = 3_600_000;

let ctx: Registry;
let shop: Shop;
beforeEach(async () => {
  ctx = await registry();
  shop = await openShop(ctx);
});

const schedule = (fields: { does: "publish" | "retire"; environment?: string; reason?: string }) =>
  perform(lifecycle.scheduleVersion, ctx, { ...v1, at: Date.now() + hour, ...fields });
const read = (id: string) => ask(lifecycle.getSchedule, ctx, { schedule: id });
const stateOf = async () => (await ask(catalog.getVersion, ctx, v1)).state;
const numbers = async () => (await ask(lifecycle.listDeployments, ctx, v1)).items.map(({ number }) => number);

/** The Courier's alarm, that many ms from now. */
function alarm(later: number, changes: Partial<Context> = {}): Promise<number | null> {
  const now = () => Date.now() + later;
  return runDueSchedules({ db: ctx.db, now }, (request) => ({ ...ctx, ...request, now, ...changes }));
}

const otherPolicies = [{ id: "door", type: "require-key" }];

describe("a scheduled publish", () => {
  it("serves at its time what was the draft when it was scheduled, in the name of whoever scheduled it", async () => {
    await perform(catalog.updateVersion, ctx, { ...v1, policies: otherPolicies });
    const { id, at } = await schedule({ does: "publish" });
    await perform(catalog.updateVersion, ctx, { ...v1, policies: [...otherPolicies, { id: "cors", type: "cors" }] });
    expect(await alarm(hour - 1_000)).toBe(at);
    expect([await numbers(), (await read(id)).state]).toEqual([[1], "waiting"]);
    await alarm(hour + 1_000);
    expect([await numbers(), (await read(id)).state]).toEqual([[2], "done"]);
    expect(await ask(lifecycle.getRevision, ctx, { ...v1, revision: 2 })).toMatchObject({ policies: otherPolicies });
    const { items } = await ask(identity.listAudit, ctx, { limit: 2 });
    expect(items).toMatchObject([
      { action: "settle-schedule", actor: "tok_test", requestId: id },
      { action: "publish-revision", actor: "tok_test", requestId: id },
    ]);
  });

  it("is refused now if it would be refused now, and fails then with the reason", async () => {
    await perform(catalog.updateVersion, ctx, { ...v1, policies: [] });
    await expect(schedule({ does: "publish" })).rejects.toMatchObject({ code: "revision-invalid" });
    await perform(catalog.updateVersion, ctx, { ...v1, policies: otherPolicies });
    const { id } = await schedule({ does: "publish" });
    await perform(lifecycle.retireVersion, ctx, v1);
    await alarm(hour + 1_000);
    expect(await read(id)).toMatchObject({ state: "failed", failure: expect.stringContaining("is retired") });
  });

  it("keeps all that stands in the way", async () => {
    const secrets = ["ONE", "TWO"].map((secret) => ({ environment: "production", secret }));
    for (const secret of secrets) {
      await perform(catalog.setSecret, ctx, { ...secret, value: "s3cret" });
      await perform(catalog.bindSecret, ctx, { ...secret, hosts: ["books.example"] });
    }
    const set = { "x-one": "${secret:ONE}", "x-two": "${secret:TWO}" };
    const policies = [
      { id: "key", type: "require-key" },
      { id: "secrets", type: "request-headers", config: { set } },
    ];
    await perform(catalog.updateVersion, ctx, { ...v1, policies });
    const { id } = await schedule({ does: "publish" });
    // Nothing that is served names them.
    for (const secret of secrets) await perform(catalog.deleteSecret, ctx, secret);
    await alarm(hour + 1_000);
    const { state, failure } = await read(id);
    expect([state, failure?.split("\n").length]).toEqual(["failed", 2]);
    expect(failure).toMatch(/secret ONE[^]*secret TWO/);
  });

  it("fails where what it is about is gone", async () => {
    await perform(catalog.createVersion, ctx, {
      api: "books",
      name: "v2",
      upstream: "origin",
      policies: otherPolicies,
      operations: [{ id: "get", method: "GET", path: "/b" }],
    });
    const v2 = { api: "books", version: "v2" };
    const { id } = await perform(lifecycle.scheduleVersion, ctx, { ...v2, does: "publish", at: Date.now() + hour });
    await perform(catalog.deleteVersion, ctx, v2);
    await alarm(hour + 1_000);
    expect(await read(id)).toMatchObject({ state: "failed", failure: expect.stringContaining("There is no version") });
  });
});

describe("a scheduled retirement", () => {
  it("retires at its time", async () => {
    await schedule({ does: "retire" });
    await alarm(hour + 1_000);
    expect(await stateOf()).toBe("retired");
  });

  it("is not made while applications still call, unless a reason was given", async () => {
    const call = { at: Date.now() - hour, api: shop.api.id, version: shop.version.id, operation: "get-book" };
    await counted(ctx, { ...call, application: shop.application.id });
    const { id } = await schedule({ does: "retire" });
    await alarm(hour + 1_000);
    expect(await read(id)).toMatchObject({ state: "failed", failure: expect.stringContaining("was called within") });
    expect(await stateOf()).toBe("published");
    await schedule({ does: "retire", reason: "It leaks." });
    await alarm(hour + 1_000);
    expect(await stateOf()).toBe("retired");
  });
});

describe("a schedule", () => {
  it("is run once, however many alarms go off at once", async () => {
    await perform(catalog.updateVersion, ctx, { ...v1, policies: otherPolicies });
    const { id } = await schedule({ does: "publish" });
    await Promise.all([alarm(hour + 1_000), alarm(hour + 1_000), alarm(hour + 1_000)]);
    expect((await read(id)).state).toBe("done");
    const { items } = await ask(identity.listAudit, ctx, { action: "publish-revision" });
    expect(items).toHaveLength(1);
  });

  it("is not run once it was cancelled, and cannot be cancelled once it was run", async () => {
    const first = await schedule({ does: "retire" });
    await perform(lifecycle.cancelSchedule, ctx, { schedule: first.id });
    await alarm(hour + 1_000);
    expect(await stateOf()).toBe("published");
    const second = await schedule({ does: "retire" });
    await alarm(hour + 1_000);
    await expect(perform(lifecycle.cancelSchedule, ctx, { schedule: second.id })).rejects.toMatchObject({
      code: "state-conflict",
    });
  });

  it("is tried again where the platform fails, later each time", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { id } = await schedule({ does: "retire" });
    const broken = {
      makeId: () => {
        throw new Error("nothing works");
      },
    };
    const began = Date.now();
    const next = await alarm(hour + 1_000, broken);
    expect(next).toBeGreaterThan(began + hour + 2_000);
    expect((await read(id)).state).toBe("waiting");
    await alarm(hour + 60_000);
    expect((await read(id)).state).toBe("done");
    logged.mockRestore();
  });

  it("names a time that is ahead, and only what goes with what it does", async () => {
    const fields = (wrong: object) =>
      perform(lifecycle.scheduleVersion, ctx, { ...v1, does: "retire", at: Date.now() + hour, ...wrong });
    for (const [wrong, pointer] of [
      [{ at: Date.now() - 1 }, "/at"],
      [{ environment: "production" }, "/environment"],
      [{ does: "publish", reason: "x" }, "/reason"],
    ] as const) {
      await expect(fields(wrong)).rejects.toMatchObject({ members: { errors: [{ pointer }] } });
    }
  });
});
