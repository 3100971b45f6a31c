import { describe } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";
import type { Registry } from "../support/registry.ts";
import type { Shop } from "../support/stock.ts";

const grace = { organization: "acme", email: "grace@example.com", name: "Grace", role: "developer" } as const;

/** Ids of what was made for a case, by workspace. */
const made = new Map<string, string>();

/** A subscription that waits for approval. */
async function askForShop(_shop: Shop, ctx: Registry): Promise<void> {
  await perform(catalog.createPlan, ctx, { product: "shop", slug: "gold", name: "Gold", approval: "manual" });
  await perform(consumers.createApplication, ctx, { organization: "acme", slug: "app", name: "App" });
  const asked = { application: "app", product: "shop", plan: "gold" };
  made.set(ctx.workspace, (await perform(consumers.createSubscription, ctx, asked)).id);
}

async function createGrace(_shop: Shop, ctx: Registry): Promise<void> {
  made.set(ctx.workspace, (await perform(consumers.createMember, ctx, grace)).id);
}

const cases: ActionCase[] = [
  {
    does: consumers.createOrganization,
    input: () => ({ slug: "other", name: "Other" }),
    names: "nothing",
    wrong: { input: { slug: "other" }, pointers: ["/name"] },
  },
  {
    does: consumers.updateOrganization,
    input: () => ({ organization: "acme", name: "Acme Inc." }),
    wrong: { input: { organization: "acme", slug: "A" }, pointers: ["/slug"] },
  },
  {
    does: consumers.getOrganization,
    input: () => ({ organization: "acme" }),
    wrong: { input: {}, pointers: ["/organization"] },
  },
  {
    does: consumers.listOrganizations,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { x: 1 }, pointers: ["/x"] },
  },
  {
    does: consumers.createApplication,
    input: () => ({ organization: "acme", slug: "app", name: "App" }),
    wrong: { input: { organization: "acme", slug: "app", name: 1 }, pointers: ["/name"] },
  },
  {
    does: consumers.updateApplication,
    input: () => ({ application: "acme/web", name: "Website" }),
    wrong: { input: { application: "web", state: "active" }, pointers: ["/state"] },
  },
  {
    does: consumers.suspendApplication,
    input: (shop) => ({ application: shop.application.id }),
    wrong: { input: {}, pointers: ["/application"] },
  },
  {
    does: consumers.resumeApplication,
    before: (_shop, ctx) => perform(consumers.suspendApplication, ctx, { application: "web" }),
    input: () => ({ application: "web" }),
    wrong: { input: {}, pointers: ["/application"] },
  },
  {
    does: consumers.getApplicationLimits,
    input: () => ({ application: "web" }),
    wrong: { input: { application: "web", of: 1 }, pointers: ["/of"] },
  },
  {
    does: consumers.getApplication,
    input: () => ({ application: "acme/web" }),
    wrong: { input: {}, pointers: ["/application"] },
  },
  {
    does: consumers.listApplications,
    input: () => ({ organization: "acme" }),
    wrong: { input: { limit: 1_000 }, pointers: ["/limit"] },
  },
  {
    does: consumers.createSubscription,
    before: (_shop, ctx) => perform(consumers.createApplication, ctx, { organization: "acme", slug: "b", name: "B" }),
    input: () => ({ application: "b", product: "shop", plan: "free" }),
    wrong: { input: { application: "b", product: "shop" }, pointers: ["/plan"] },
  },
  {
    does: consumers.updateSubscription,
    before: (_shop, ctx) => perform(catalog.createPlan, ctx, { product: "shop", slug: "gold", name: "Gold" }),
    input: (shop) => ({ subscription: shop.subscription.id, plan: "gold" }),
    wrong: { input: { subscription: "x" }, pointers: ["/plan"] },
  },
  {
    does: consumers.setLimitOverride,
    input: (shop) => ({ subscription: shop.subscription.id, limit: "per-minute", callsMax: 0 }),
    wrong: { input: { subscription: "x", limit: "per-minute", callsMax: -1 }, pointers: ["/callsMax"] },
  },
  {
    does: consumers.clearLimitOverride,
    before: (shop, ctx) => {
      const override = { subscription: shop.subscription.id, limit: "per-minute", callsMax: 0 };
      return perform(consumers.setLimitOverride, ctx, override);
    },
    input: (shop) => ({ subscription: shop.subscription.id, limit: "per-minute" }),
    wrong: { input: { subscription: "x" }, pointers: ["/limit"] },
  },
  {
    does: consumers.endSubscription,
    input: (shop) => ({ subscription: shop.subscription.id }),
    wrong: { input: {}, pointers: ["/subscription"] },
  },
  {
    does: consumers.getSubscription,
    input: (shop) => ({ subscription: shop.subscription.id }),
    wrong: { input: {}, pointers: ["/subscription"] },
  },
  {
    does: consumers.listSubscriptions,
    input: () => ({ application: "web" }),
    wrong: { input: { application: "" }, pointers: ["/application"] },
  },
  {
    does: consumers.createKey,
    input: () => ({ application: "web", expiresAt: 9_999_999_999_999 }),
    wrong: { input: { application: "web", expiresAt: "soon" }, pointers: ["/expiresAt"] },
  },
  {
    does: consumers.revokeKey,
    input: (shop) => ({ key: shop.key.id }),
    wrong: { input: {}, pointers: ["/key"] },
  },
  {
    does: consumers.listKeys,
    input: () => ({ application: "web" }),
    wrong: { input: { application: 1 }, pointers: ["/application"] },
  },
  {
    does: consumers.approveSubscription,
    before: askForShop,
    input: (_shop, ctx) => ({ subscription: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/subscription"] },
  },
  {
    does: consumers.rejectSubscription,
    before: askForShop,
    input: (_shop, ctx) => ({ subscription: made.get(ctx.workspace), reason: "Not yet." }),
    wrong: { input: { subscription: "x", reason: " " }, pointers: ["/reason"] },
  },
  { does: consumers.getKey, input: (shop) => ({ key: shop.key.id }), wrong: { input: {}, pointers: ["/key"] } },
  {
    does: consumers.updateKey,
    input: (shop) => ({ key: shop.key.id, name: "Main" }),
    wrong: { input: { key: "x", expiresAt: "soon" }, pointers: ["/expiresAt"] },
  },
  {
    does: consumers.createMember,
    input: () => grace,
    wrong: { input: { ...grace, role: "king" }, pointers: ["/role"] },
  },
  {
    does: consumers.listMembers,
    input: () => ({ organization: "acme" }),
    wrong: { input: {}, pointers: ["/organization"] },
  },
  {
    does: consumers.getMember,
    before: createGrace,
    input: (_shop, ctx) => ({ member: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/member"] },
  },
  {
    does: consumers.updateMember,
    before: createGrace,
    input: (_shop, ctx) => ({ member: made.get(ctx.workspace), role: "owner" }),
    wrong: { input: { member: "x", role: "king" }, pointers: ["/role"] },
  },
  {
    does: consumers.deleteMember,
    before: createGrace,
    input: (_shop, ctx) => ({ member: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/member"] },
  },
  {
    does: consumers.deleteOrganization,
    before: (_shop, ctx) => perform(consumers.createOrganization, ctx, { slug: "spare", name: "Spare" }),
    input: () => ({ organization: "spare" }),
    wrong: { input: {}, pointers: ["/organization"] },
  },
  {
    does: consumers.deleteApplication,
    before: (_shop, ctx) =>
      perform(consumers.createApplication, ctx, { organization: "acme", slug: "spare", name: "Spare" }),
    input: () => ({ application: "acme/spare" }),
    wrong: { input: {}, pointers: ["/application"] },
  },
];

describe("consumers", () => describeArea(consumers, cases));
