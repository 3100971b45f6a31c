import { describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { consumers } from "../../src/consumers/index.ts";
import { Problem } from "../../src/model/problem.ts";
import { registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const dayMs = 86_400_000;

async function scene() {
  const ctx = await registry();
  const { subscription } = await openShop(ctx);
  const of = { subscription: subscription.id, limit: "per-minute" };
  const set = (changes: object) => perform(consumers.setLimitOverride, ctx, { ...of, callsMax: 50, ...changes });
  const limits = async () => (await ask(consumers.getApplicationLimits, ctx, { application: "web" })).limits;
  return { ctx, of, set, limits };
}

describe("an override of a limit", () => {
  it("stands instead of what the plan says, is told, and can be replaced and cleared", async () => {
    const { ctx, of, set, limits } = await scene();
    const expiresAt = Date.now() + dayMs;
    const made = await set({ expiresAt, reason: "Launch" });
    expect(made.overrides).toEqual([{ limit: "per-minute", callsMax: 50, expiresAt, reason: "Launch" }]);
    expect(await limits()).toMatchObject([
      { max: 50, remaining: 50, override: { planMax: 10, expiresAt }, idleMax: 5 },
    ]);
    const shut = await set({ callsMax: 0 });
    expect(shut.overrides).toEqual([{ limit: "per-minute", callsMax: 0, expiresAt: null, reason: "" }]);
    expect(shut.edition).toBe(made.edition + 1);
    expect(await limits()).toMatchObject([{ max: 0, remaining: 0, override: { planMax: 10, expiresAt: null } }]);
    expect((await perform(consumers.clearLimitOverride, ctx, of)).overrides).toEqual([]);
    expect(await limits()).toMatchObject([{ max: 10, remaining: 10, override: null, idleMax: 1 }]);
    const record = ctx.edge.puts.get(`application:${made.application}`);
    expect(record).toMatchObject({ subscriptions: [{ overrides: [], edition: made.edition + 2 }] });
  });

  it.each([
    [{ limit: "per-hour" }, "/limit", "The plan has no such limit. It has: per-minute."],
    [{ expiresAt: 1 }, "/expiresAt", "That time has passed. Name a later one, or null."],
    [{ burstMax: 5 }, "/burstMax", "Only a token bucket has a burst: leave it out."],
  ])("is refused where it fits nothing: %o", async (changes, pointer, message) => {
    const { set } = await scene();
    const refusal = await set(changes).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(Problem);
    expect(refusal).toMatchObject({ code: "input-invalid", members: { errors: [{ pointer, message }] } });
  });
});
