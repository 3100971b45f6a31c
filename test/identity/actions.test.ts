import { describe } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { identity } from "../../src/identity/index.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";

const token = { name: "CI", scopes: ["tokens:write"] as const };

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
