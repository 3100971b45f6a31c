import { runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { expect, it, vi } from "vitest";
import { outbox } from "../../schema/actions.ts";
import { distribute } from "../../src/actions/effect.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";
import { Root } from "../../src/model/program.ts";

const db = drizzle(env.DB);
const courier = () => env.COURIER.getByName("courier");
const owed = () => db.select().from(outbox);
const row = { workspace: "default", attempts: 0, dueAt: 0 };
const soon = { timeout: 5_000, interval: 100 };

it("brings what is owed to the edge, keeps what it cannot do, and rests when nothing is left", async () => {
  await db.insert(outbox).values({ id: "out_1", ...row, ...distribute({ policies: true }) });
  await db.insert(outbox).values({ id: "out_2", ...row, kind: "unheard-of", payload: {} });
  await courier().wake();
  await courier().wake();
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  expect(await owed()).toMatchObject([{ id: "out_2", attempts: 1 }]);
  const stored = Root.parse(await env.REGISTRY.get("root", "json"));
  const { root } = await env.BEACON.getByName("beacon").since({ root: -1, cursor: 0 });
  expect(stored).toEqual(root);
  expect(await env.REGISTRY.get(`program:${stored.global}`, "json")).toMatchObject({ kind: "global" });

  // Armed again for what is left; once that is gone, nothing is.
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  await db.delete(outbox).where(eq(outbox.id, "out_2"));
  await vi.waitFor(async () => expect(await runDurableObjectAlarm(courier())).toBe(false), soon);
});

it("looks when it was asked to, though an earlier look found nothing", async () => {
  await courier().wake(2_000);
  await courier().wake();
  expect(await runDurableObjectAlarm(courier())).toBe(true);
  await db.insert(outbox).values({ id: "out_3", ...row, ...distribute({ policies: true }) });
  await vi.waitFor(async () => expect(await owed()).toEqual([]), soon);
});

it("takes up what was owed before the start, with the first request to manage", async () => {
  await vi.waitFor(async () => expect(await runDurableObjectAlarm(courier())).toBe(false), soon);
  await db.insert(outbox).values({ id: "out_4", ...row, ...distribute({ policies: true }) });
  expect((await exports.default.fetch("http://console.localhost/manage/v1/apis")).status).toBe(401);
  await vi.waitFor(async () => expect(await owed()).toEqual([]), soon);
});

it("does what was scheduled at its time, and is armed for what comes next", async () => {
  const ctx = await registry();
  await openShop(ctx);
  const v1 = { api: "books", version: "v1" };
  const retire = { ...v1, does: "retire" as const };
  const { id } = await perform(lifecycle.scheduleVersion, ctx, { ...retire, at: Date.now() + 20 });
  const later = await perform(lifecycle.scheduleVersion, ctx, { ...retire, at: Date.now() + 86_400_000 });
  await courier().wake();
  const stateOf = async (schedule: string) => (await ask(lifecycle.getSchedule, ctx, { schedule })).state;
  await vi.waitFor(async () => {
    expect(await runDurableObjectAlarm(courier())).toBe(true);
    expect(await stateOf(id)).toBe("done");
  }, soon);
  // Everywhere the Courier has been, the next one still has its alarm.
  expect([await stateOf(later.id), await runDurableObjectAlarm(courier())]).toEqual(["waiting", true]);
  await perform(lifecycle.cancelSchedule, ctx, { schedule: later.id });
});
