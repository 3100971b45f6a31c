import { describe } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { roleScopes } from "../../src/actions/scope.ts";
import { identity } from "../../src/identity/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";

const token = { name: "CI", scopes: ["tokens:write"] as const };

const ada = { email: "ada@example.com", name: "Ada", role: "auditor" } as const;

const cases: ActionCase[] = [
  {
    does: identity.createWorkspace,
    input: (_shop, ctx) => ({ id: `${ctx.workspace}-b`, name: "B" }),
    names: "nothing",
    wrong: { input: { id: "platform", name: "P" }, pointers: ["/id"] },
  },
  {
    does: identity.updateWorkspace,
    input: (_shop, ctx) => ({ workspace: ctx.workspace, name: "Renamed" }),
    names: "nothing",
    wrong: { input: { workspace: "A" }, pointers: ["/workspace"] },
  },
  {
    does: identity.deleteWorkspace,
    before: (_shop, ctx) => perform(identity.createWorkspace, ctx, { id: `${ctx.workspace}-c`, name: "C" }),
    input: (_shop, ctx) => ({ workspace: `${ctx.workspace}-c` }),
    names: "nothing",
    wrong: { input: { workspace: "A" }, pointers: ["/workspace"] },
  },
  { does: identity.getWorkspace, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  { does: identity.listWorkspaces, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  {
    does: identity.createAdminToken,
    input: () => token,
    names: "nothing",
    wrong: { input: { name: "CI", scopes: ["everything"] }, pointers: ["/scopes/0"] },
  },
  {
    does: identity.revokeAdminToken,
    before: async (_shop, ctx) => {
      const { id } = await perform(identity.createAdminToken, ctx, { ...token, scopes: ["audit:read"] });
      made.set(ctx.workspace, id);
    },
    input: (_shop, ctx) => ({ token: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/token"] },
  },
  {
    does: identity.rotateAdminToken,
    before: async (_shop, ctx) => {
      const { id } = await perform(identity.createAdminToken, ctx, { ...token, scopes: ["tokens:write"] });
      made.set(ctx.workspace, id);
    },
    input: (_shop, ctx) => ({ token: made.get(ctx.workspace) }),
    wrong: { input: { token: "x", overlapMs: -1 }, pointers: ["/overlapMs"] },
  },
  {
    does: identity.updateAdminToken,
    before: async (_shop, ctx) => {
      made.set(ctx.workspace, (await perform(identity.createAdminToken, ctx, token)).id);
    },
    input: (_shop, ctx) => ({ token: made.get(ctx.workspace), name: "Renamed" }),
    wrong: { input: { token: "x", name: "" }, pointers: ["/name"] },
  },
  {
    does: identity.getAdminToken,
    before: async (_shop, ctx) => {
      made.set(ctx.workspace, (await perform(identity.createAdminToken, ctx, token)).id);
    },
    input: (_shop, ctx) => ({ token: made.get(ctx.workspace) }),
    wrong: { input: {}, pointers: ["/token"] },
  },
  {
    does: identity.createAdmin,
    gives: roleScopes.auditor,
    input: () => ada,
    names: "nothing",
    wrong: { input: { ...ada, email: "ada", role: "king" }, pointers: ["/email", "/role"] },
  },
  {
    does: identity.getAdmin,
    before: (_shop, ctx) => perform(identity.createAdmin, ctx, ada),
    input: () => ({ admin: ada.email }),
    wrong: { input: {}, pointers: ["/admin"] },
  },
  {
    does: identity.updateAdmin,
    gives: roleScopes.auditor,
    before: (_shop, ctx) => perform(identity.createAdmin, ctx, ada),
    input: () => ({ admin: ada.email, name: "Ada L." }),
    wrong: { input: { admin: "x", role: "king" }, pointers: ["/role"] },
  },
  {
    does: identity.deleteAdmin,
    gives: roleScopes.auditor,
    before: (_shop, ctx) => perform(identity.createAdmin, ctx, ada),
    input: () => ({ admin: ada.email }),
    wrong: { input: {}, pointers: ["/admin"] },
  },
  {
    does: identity.listAdmins,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { role: "king" }, pointers: ["/role"] },
  },
  { does: identity.getSettings, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  {
    does: identity.updateSettings,
    input: () => ({ requireIfMatch: true }),
    names: "nothing",
    wrong: { input: { requireIfMatch: "yes" }, pointers: ["/requireIfMatch"] },
  },
  { does: identity.listAdminTokens, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  {
    does: identity.listAudit,
    input: (shop) => ({ target: shop.api.id, limit: 1 }),
    names: "nothing",
    wrong: { input: { limit: "many", cursor: "abc" }, pointers: ["/limit", "/cursor"] },
  },
  {
    does: identity.listPlatformAudit,
    input: () => ({ limit: 1 }),
    names: "nothing",
    wrong: { input: { cursor: "-1" }, pointers: ["/cursor"] },
  },
];

/** Tokens made for a case, by workspace. */
const made = new Map<string, string>();

describe("identity", () => describeArea(identity, cases));
