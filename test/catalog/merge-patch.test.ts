/** A patch changes what it names (RFC 7396): what it leaves out stays, above all limits that hold callers. */
import { beforeEach, expect, it } from "vitest";
import * as z from "zod";
import { perform } from "../../src/actions/action.ts";
import { mergePatch, patchOf } from "../../src/actions/merge-patch.ts";
import { catalog } from "../../src/catalog/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});

const free = { product: "shop", plan: "free" };

it("leaves a plan's limits alone when their mode is changed, and the mode when it changes something else", async () => {
  const exact = await perform(catalog.updatePlan, ctx, { ...free, limits: { mode: "exact" } });
  expect(exact.limits).toMatchObject({ mode: "exact", onFailure: "refuse", limits: [{ name: "per-minute" }] });
  const open = await perform(catalog.updatePlan, ctx, { ...free, limits: { onFailure: "allow" } });
  expect(open.limits).toMatchObject({ mode: "exact", onFailure: "allow", limits: [{ name: "per-minute" }] });
  const none = await perform(catalog.updatePlan, ctx, { ...free, limits: { limits: [] } });
  expect(none.limits).toMatchObject({ mode: "exact", onFailure: "allow", limits: [] });
  const usual = await perform(catalog.updatePlan, ctx, { ...free, limits: { mode: null } });
  expect(usual.limits).toMatchObject({ mode: "leased", onFailure: "allow" });
});

it("refuses a patch of what is not there, and one that would not hold", async () => {
  const wrong = perform(catalog.updatePlan, ctx, { ...free, limits: { mod: "exact" } as never });
  await expect(wrong).rejects.toMatchObject({ code: "input-invalid" });
  const limit = { name: "a", algorithm: "fixed-window", callsMax: 1, windowMs: 1_000 };
  const twice = perform(catalog.updatePlan, ctx, { ...free, limits: { limits: [limit, limit] } as never });
  await expect(twice).rejects.toMatchObject({
    code: "input-invalid",
    members: { errors: [{ pointer: "/limits/limits" }] },
  });
});

it("leaves an upstream's other times alone, and takes targets away where it says null", async () => {
  const timeouts = { firstByteMs: 1_000, idleMs: 2_000, totalMs: 3_000 };
  await perform(catalog.updateUpstream, ctx, { upstream: "origin", settings: { timeouts } });
  const idle = { timeouts: { idleMs: 2_500 } };
  const changed = await perform(catalog.updateUpstream, ctx, { upstream: "origin", settings: idle });
  expect(changed.settings.timeouts).toEqual({ ...timeouts, idleMs: 2_500 });
  await perform(catalog.createEnvironment, ctx, { slug: "stage", name: "Stage" });
  const stage = [{ url: "https://stage.example" }];
  await perform(catalog.updateUpstream, ctx, { upstream: "origin", targets: { stage } });
  const gone = await perform(catalog.updateUpstream, ctx, { upstream: "origin", targets: { stage: null } });
  expect(Object.keys(gone.targets)).toEqual(["production"]);
});

it("merges objects at any depth, sets back what is null, and replaces lists", () => {
  const inner = z.strictObject({ a: z.int().default(1), b: z.int().default(2) });
  const schema = z.strictObject({
    inner: inner.prefault({}),
    list: z.array(z.int()).default([]),
    more: z.string().optional(),
  });
  const current = schema.parse({ inner: { a: 5, b: 6 }, list: [1], more: "x" });
  const patch = (value: unknown) => mergePatch(schema, current, patchOf(schema).parse(value), "");
  expect(patch({})).toEqual(current);
  expect(patch({ inner: { a: null }, more: null })).toEqual({ inner: { a: 1, b: 6 }, list: [1] });
  expect(patch({ inner: null, list: [2, 3] })).toEqual({ inner: { a: 1, b: 2 }, list: [2, 3], more: "x" });
});
