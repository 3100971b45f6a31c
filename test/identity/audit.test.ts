import { describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry } from "../support/registry.ts";

describe("the trail above the workspaces", () => {
  it("tells what was done to workspaces and to the global policies, and no workspace's own trail does", async () => {
    const ctx = await registry();
    const made = `${ctx.workspace}-b`;
    await perform(identity.createWorkspace, ctx, { id: made, name: "B" });
    await perform(identity.updateWorkspace, ctx, { workspace: made, name: "C" });
    const { items } = await ask(identity.listPlatformAudit, ctx, { target: made });
    expect(items).toMatchObject([
      { action: "update-workspace", actor: "tok_test", before: { name: "B" }, after: { name: "C" } },
      { action: "create-workspace", before: null, after: { name: "B" } },
    ]);

    const size = [{ id: ctx.workspace, type: "request-size", config: { bodyBytesMax: 1_000 } }];
    for (const policies of [size, []]) await perform(lifecycle.setGlobalPolicies, ctx, { policies });
    const [newest] = (await ask(identity.listPlatformAudit, ctx, { target: "policies_platform" })).items;
    expect(newest).toMatchObject({ action: "set-global-policies", after: { policies: [] } });
    for (const workspace of [ctx.workspace, made]) {
      expect((await ask(identity.listAudit, { ...ctx, workspace }, {})).items).toEqual([]);
    }
  });

  it("is for those who may read above the workspaces, and for no token that is bound to one", async () => {
    const ctx = await registry();
    const reads = ctx.as({ scopes: ["platform:read"], workspace: null });
    expect((await ask(identity.listPlatformAudit, reads, { limit: 1 })).items.length).toBeLessThanOrEqual(1);
    for (const actor of [{ scopes: ["audit:read"], workspace: null }, { scopes: ["*"] }]) {
      await expect(ask(identity.listPlatformAudit, ctx.as(actor), {})).rejects.toMatchObject({ code: "scope-missing" });
    }
  });
});

it("goes through a trail page by page, and refuses a cursor that no page ended with", async () => {
  const ctx = await registry();
  const token = { name: "CI", scopes: ["audit:read"] as ["audit:read"] };
  for (let n = 0; n < 3; n += 1) await perform(identity.createAdminToken, ctx, token);
  const first = await ask(identity.listAudit, ctx, { limit: 2 });
  expect(first).toMatchObject({ items: [{ sequence: 3 }, { sequence: 2 }], cursor: "2" });
  expect(await ask(identity.listAudit, ctx, { limit: 2, cursor: "2" })).toMatchObject({
    items: [{ sequence: 1 }],
    cursor: null,
  });
  for (const cursor of ["abc", "", "-1", "1e3", "1.5", "9".repeat(20)]) {
    await expect(ask(identity.listAudit, ctx, { cursor }), cursor).rejects.toMatchObject({
      code: "input-invalid",
      status: 400,
      members: { errors: [{ pointer: "/cursor" }] },
    });
  }
});
