import { and, eq, sql, type SQL } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { consumers } from "../../src/consumers/index.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { brokenLink, emptyChain, type AuditEntry } from "../../src/model/audit-chain.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop, stock } from "../support/stock.ts";

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

describe("a trail that is asked for", () => {
  it("shows only what was asked for, in the order that was asked for", async () => {
    const ctx = await registry();
    await stock(ctx);
    const asked = async (question: object) =>
      (await ask(identity.listAudit, ctx, question)).items.map(({ action }) => action);
    const all = await asked({ order: "oldest", limit: "1000" });
    expect(all[0]).toBe("create-upstream");
    expect(await asked({ limit: 1000 })).toEqual(all.toReversed());
    expect(await asked({ action: "create-plan" })).toEqual(["create-plan"]);
    expect(await asked({ targetKind: "version" })).toEqual(["create-version"]);
    expect(await asked({ actor: "tok_test", request: "req_test" })).toHaveLength(all.length);
    expect(await asked({ actor: "tok_other" })).toEqual([]);
    expect(await asked({ search: "BOOKS.EXAMPLE/base" })).toEqual(["create-upstream"]);
    expect(await asked({ from: ctx.now() + 60_000 })).toEqual([]);
    expect(await asked({ to: String(ctx.now() + 60_000) })).toHaveLength(all.length);
    const first = await ask(identity.listAudit, ctx, { order: "oldest", limit: 2 });
    expect(first.cursor).toBe("2");
    expect(await ask(identity.listAudit, ctx, { order: "oldest", limit: 1, cursor: "2" })).toMatchObject({
      items: [{ sequence: 3 }],
      cursor: "3",
    });
  });

  it("ends a page early where entries are large, and loses none", async () => {
    const ctx = await registry();
    const sequences = Array.from({ length: 60 }, (_, index) => index + 1);
    for (const sequence of sequences) {
      const entry = { ...large, workspace: ctx.workspace, sequence, target: `api_${sequence}` };
      await ctx.db.insert(audit).values(entry);
    }
    const seen: number[] = [];
    const pages: number[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const question: object = { order: "oldest", limit: 1_000, ...(cursor === "" ? {} : { cursor }) };
      const page: { items: AuditEntry[]; cursor: string | null } = await ask(identity.listAudit, ctx, question);
      seen.push(...page.items.map(({ sequence }) => sequence));
      pages.push(page.items.length);
      ({ cursor } = page);
    }
    expect(seen).toEqual(sequences);
    expect(pages.length).toBeGreaterThan(1);
    // 100,000 characters each: no page holds more than 4 million.
    expect(Math.max(...pages)).toBeLessThanOrEqual(40);
  });

  it("is unbroken as it is read, and shows a row that was altered by hand", async () => {
    const ctx = await registry();
    await stock(ctx);
    expect(await firstBreak(ctx)).toBeNull();
    await ctx.db
      .update(audit)
      .set({ actor: "tok_innocent" })
      .where(and(eq(audit.workspace, ctx.workspace), eq(audit.sequence, 4)));
    expect(await firstBreak(ctx)).toEqual([4, "It does not say what it said when it was written."]);
  });

  it("is read to its end around a row that was made unreadable, which is the broken link", async () => {
    const ctx = await registry();
    await stock(ctx);
    const whole = await ask(identity.listAudit, ctx, {});
    const alter = (change: SQL) =>
      ctx.db.run(sql`update ${audit} set ${change} where workspace = ${ctx.workspace} and sequence = 3`);
    for (const [change, unreadable] of [
      [sql`"after" = '{"name":'`, { after: '{"name":' }],
      [sql`"after" = x'00ff'`, { after: "[0,255]" }],
      [sql`"after" = 'null', at = 'abc'`, { at: "abc" }],
      [sql`at = 1.5, target_version = 'x'`, { at: "1.5", targetVersion: "x" }],
    ] as const) {
      await alter(change);
      const { items } = await ask(identity.listAudit, ctx, {});
      expect(items.map(({ sequence }) => sequence)).toEqual(whole.items.map(({ sequence }) => sequence));
      expect(items.find(({ sequence }) => sequence === 3)).toMatchObject({ actor: "tok_test", unreadable });
      const reason = `Its ${Object.keys(unreadable).join(" and ")} cannot be read: it is not as it was written.`;
      expect(await firstBreak(ctx)).toEqual([3, reason]);
    }
    await alter(sql`sequence = 'three'`);
    expect(await firstBreak(ctx)).toEqual([4, "Entry 3 is missing before it."]);
  });

  it("tells of an edition that is gone although the row that says why was made unreadable", async () => {
    const ctx = await registry();
    const { organization } = await openShop(ctx);
    const rename = (name: string, options = {}) =>
      perform(consumers.updateOrganization, ctx, { organization: "acme", name }, options);
    await rename("Acme & Sons");
    await ctx.db
      .update(audit)
      .set({ before: sql`'{'` })
      .where(and(eq(audit.workspace, ctx.workspace), eq(audit.target, organization.id)));
    await expect(rename("Acme Ltd.", { expectedVersion: 1 })).rejects.toMatchObject({
      code: "version-conflict",
      status: 412,
    });
  });

  it("is searched for any text: as it is written, and A to Z in either case", async () => {
    const ctx = await registry();
    await perform(consumers.createOrganization, ctx, { slug: "acme", name: 'Äpfel & "Birnen" \\ Co' });
    const found = async (search: string) => (await ask(identity.listAudit, ctx, { search })).items.length;
    for (const search of ["Äpfel", "ÄPFEL", '"birnen"', "\\ CO", "pfel"]) expect(await found(search), search).toBe(1);
    // Other letters than A to Z are found as they are written.
    for (const search of ["äpfel", '"birne"']) expect(await found(search), search).toBe(0);
  });
});

const large = {
  at: 1,
  actorKind: "token",
  actor: "tok_1",
  action: "update-api",
  targetKind: "api",
  targetVersion: 1,
  before: null,
  after: "x".repeat(100_000),
  requestId: "req_1",
  previousHash: "",
  hash: "",
};

async function firstBreak(ctx: Registry): Promise<readonly [number, string] | null> {
  let head = emptyChain;
  for (const entry of (await ask(identity.listAudit, ctx, { order: "oldest", limit: 1_000 })).items) {
    const reason = await brokenLink(head, entry);
    if (reason !== null) return [entry.sequence, reason];
    head = entry;
  }
  return null;
}
