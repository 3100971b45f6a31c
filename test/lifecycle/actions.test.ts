import { describe } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";
import type { Shop } from "../support/stock.ts";
import type { Registry } from "../support/registry.ts";

const v1 = { api: "books", version: "v1" };
const cors = [{ id: "cors", type: "cors", config: { origins: ["https://shop.example"] } }];
const guarded = (_shop: Shop, ctx: Registry) =>
  perform(lifecycle.createPolicySet, ctx, { slug: "guarded", name: "Guarded" });
const noVersion = { input: { api: "books" }, pointers: ["/version"] };

const edit = (ctx: Registry) =>
  perform(catalog.updateVersion, ctx, { ...v1, policies: [...cors, { id: "key", type: "require-key" }] });

async function canary(_shop: Shop, ctx: Registry): Promise<void> {
  await edit(ctx);
  await perform(lifecycle.startCanary, ctx, { ...v1, percent: 10 });
}

const soon = (): number => Date.now() + 3_600_000;

/** Schedules made for a case, by workspace. */
const made = new Map<string, string>();

async function scheduled(_shop: Shop, ctx: Registry): Promise<void> {
  const { id } = await perform(lifecycle.scheduleVersion, ctx, { ...v1, does: "retire", at: soon() });
  made.set(ctx.workspace, id);
}

const cases: ActionCase[] = [
  { does: lifecycle.publishVersion, before: (_shop, ctx) => edit(ctx), input: () => v1, wrong: noVersion },
  {
    does: lifecycle.rollBackVersion,
    before: async (_shop, ctx) => {
      await edit(ctx);
      await perform(lifecycle.publishVersion, ctx, v1);
    },
    input: () => ({ ...v1, revision: 1 }),
    wrong: { input: { ...v1, revision: 0 }, pointers: ["/revision"] },
  },
  {
    does: lifecycle.promoteVersion,
    before: async (_shop, ctx) => {
      await perform(catalog.createEnvironment, ctx, { slug: "live", name: "Live", hosts: [`live.${ctx.host}`] });
      await perform(catalog.updateUpstream, ctx, {
        upstream: "origin",
        targets: { live: [{ url: "https://l.example" }] },
      });
    },
    input: () => ({ ...v1, from: "production", environment: "live" }),
    wrong: { input: { ...v1, from: "production" }, pointers: ["/environment"] },
  },
  { does: lifecycle.deprecateVersion, input: () => v1, wrong: noVersion },
  {
    does: lifecycle.withdrawVersion,
    before: async (_shop, ctx) => {
      await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" });
      const targets = { staging: [{ url: "https://s.books.example" }], production: [{ url: "https://books.example" }] };
      await perform(catalog.updateUpstream, ctx, { upstream: "origin", targets });
      await perform(lifecycle.publishVersion, ctx, { ...v1, environment: "staging" });
    },
    input: () => ({ ...v1, environment: "staging" }),
    wrong: { input: v1, pointers: ["/environment"] },
  },
  { does: lifecycle.retireVersion, input: () => v1, wrong: noVersion },
  {
    does: lifecycle.reinstateVersion,
    before: (_shop, ctx) => perform(lifecycle.retireVersion, ctx, v1),
    input: () => v1,
    wrong: noVersion,
  },
  {
    does: lifecycle.scheduleVersion,
    input: () => ({ ...v1, does: "publish", at: soon() }),
    wrong: { input: { ...v1, does: "pause", at: "soon" }, pointers: ["/does", "/at"] },
  },
  {
    does: lifecycle.getSchedule,
    before: scheduled,
    input: (_shop, ctx) => ({ schedule: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/schedule"] },
  },
  {
    does: lifecycle.listSchedules,
    before: scheduled,
    input: () => ({ state: "waiting" }),
    names: "nothing",
    wrong: { input: { state: "late" }, pointers: ["/state"] },
  },
  {
    does: lifecycle.cancelSchedule,
    before: scheduled,
    input: (_shop, ctx) => ({ schedule: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/schedule"] },
  },
  {
    does: lifecycle.dumpPlatformFile,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { x: 1 }, pointers: ["/x"] },
    gives: ["consumers:read"],
  },
  {
    does: lifecycle.startCanary,
    before: (_shop, ctx) => edit(ctx),
    input: () => ({ ...v1, percent: 10 }),
    wrong: { input: { ...v1, percent: 101 }, pointers: ["/percent"] },
  },
  {
    does: lifecycle.setCanary,
    before: canary,
    input: () => ({ ...v1, percent: 20 }),
    wrong: { input: { ...v1, percent: "many" }, pointers: ["/percent"] },
  },
  { does: lifecycle.abortCanary, before: canary, input: () => v1, wrong: noVersion },
  { does: lifecycle.promoteCanary, before: canary, input: () => v1, wrong: noVersion },
  { does: lifecycle.checkVersion, input: () => v1, wrong: noVersion },
  { does: lifecycle.listDeployments, input: () => v1, wrong: noVersion },
  { does: lifecycle.listRevisions, input: () => v1, wrong: noVersion },
  {
    does: lifecycle.getRevision,
    input: () => ({ ...v1, revision: "1" }),
    wrong: { input: { ...v1, revision: "first" }, pointers: ["/revision"] },
  },
  {
    does: lifecycle.getRevisionDocument,
    before: async (_shop, ctx) => {
      const text = '{"openapi":"3.1.0","info":{"title":"Books","version":"1"},"paths":{"/books":{"get":{}}}}';
      await perform(catalog.importDocument, ctx, { ...v1, mediaType: "application/json", text });
      await perform(lifecycle.publishVersion, ctx, v1);
    },
    input: () => ({ ...v1, revision: "2" }),
    wrong: { input: { ...v1, revision: 0 }, pointers: ["/revision"] },
  },
  {
    does: lifecycle.purgeCache,
    input: () => ({ scope: "tag", value: "book" }),
    names: "nothing",
    wrong: { input: { scope: "all", value: "" }, pointers: ["/scope", "/value"] },
  },
  {
    does: lifecycle.setWorkspacePolicies,
    input: () => ({ policies: cors }),
    names: "nothing",
    wrong: { input: { policies: [{ id: "a" }] }, pointers: ["/policies/0/type"] },
  },
  {
    does: lifecycle.getWorkspacePolicies,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { x: 1 }, pointers: ["/x"] },
  },
  {
    does: lifecycle.createPolicySet,
    input: () => ({ slug: "guarded", name: "Guarded", policies: cors }),
    names: "nothing",
    wrong: { input: { slug: "Guarded", name: "" }, pointers: ["/slug", "/name"] },
  },
  {
    does: lifecycle.updatePolicySet,
    before: guarded,
    input: () => ({ set: "guarded", policies: cors }),
    wrong: { input: { set: "guarded", policies: {} }, pointers: ["/policies"] },
  },
  {
    does: lifecycle.deletePolicySet,
    before: guarded,
    input: () => ({ set: "guarded" }),
    wrong: { input: {}, pointers: ["/set"] },
  },
  {
    does: lifecycle.setGlobalPolicies,
    input: (shop) => ({ policies: [{ ...cors[0], id: shop.api.id.slice(-8).toLowerCase() }] }),
    names: "nothing",
    wrong: { input: { policies: {} }, pointers: ["/policies"] },
  },
  {
    does: lifecycle.getGlobalPolicies,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { x: 1 }, pointers: ["/x"] },
  },
];

describe("lifecycle", () =>
  describeArea(lifecycle, cases, ["apply-platform-file", "publish-revision", "settle-schedule"]));
