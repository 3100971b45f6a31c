/** Plans whose subscriptions somebody approves. */
import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers, type Subscription } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { stock, type Stock } from "../support/stock.ts";

let ctx: Registry;
let shop: Stock;
beforeEach(async () => {
  ctx = await registry();
  shop = await stock(ctx);
  await perform(catalog.updatePlan, ctx, { product: "shop", plan: "free", approval: "manual" });
});

const subscribe = (more: object = {}) =>
  perform(consumers.createSubscription, ctx, { application: "web", product: "shop", plan: "free", ...more });
/** What the gateway may let the application call. */
const atEdge = () =>
  (ctx.edge.puts.get(`application:${shop.application.id}`) as { subscriptions: Subscription[] }).subscriptions.length;
const conflict = { code: "state-conflict", status: 409 };

describe("a subscription under a plan that is approved by hand", () => {
  it("counts at the gateway from its approval on", async () => {
    const asked = await subscribe();
    expect([asked.state, atEdge()]).toEqual(["pending", 0]);
    await perform(consumers.approveSubscription, ctx, { subscription: asked.id });
    expect(atEdge()).toBe(1);
    await expect(
      perform(consumers.rejectSubscription, ctx, { subscription: asked.id, reason: "Too late." }),
    ).rejects.toMatchObject(conflict);
  });

  it("is told why it was rejected, and may be asked for anew", async () => {
    const { id } = await subscribe();
    await perform(consumers.rejectSubscription, ctx, { subscription: id, reason: "No contract." });
    expect(await ask(consumers.getSubscription, ctx, { subscription: id })).toMatchObject({ reason: "No contract." });
    await expect(perform(consumers.updateSubscription, ctx, { subscription: id, plan: "free" })).rejects.toMatchObject(
      conflict,
    );
    expect(await subscribe()).toMatchObject({ id, state: "pending", reason: null });
    expect(atEdge()).toBe(0);
  });

  it("is not approved any more when all that it would open is about to end", async () => {
    const v1 = { api: "books", version: "v1" };
    await perform(lifecycle.publishVersion, ctx, v1);
    const { id } = await subscribe();
    await perform(lifecycle.deprecateVersion, ctx, v1);
    await expect(perform(consumers.approveSubscription, ctx, { subscription: id })).rejects.toMatchObject(conflict);
    expect(atEdge()).toBe(0);
  });

  it("is not asked for twice, holds its plan, and may be approved at once", async () => {
    const { id } = await subscribe();
    await expect(subscribe()).rejects.toMatchObject({ code: "already-exists", members: { subscription: id } });
    await expect(perform(catalog.deletePlan, ctx, { product: "shop", plan: "free" })).rejects.toMatchObject({
      code: "has-dependents",
    });
    await perform(consumers.endSubscription, ctx, { subscription: id });
    await expect(perform(consumers.approveSubscription, ctx, { subscription: id })).rejects.toMatchObject(conflict);
    expect(await subscribe({ approve: true })).toMatchObject({ state: "active" });
    expect(atEdge()).toBe(1);
  });
});
