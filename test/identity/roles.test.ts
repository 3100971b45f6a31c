/** Who may give whom how much, and what an admin's tokens allow as the role changes. */
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { adminTokens, people } from "../../schema/workspaces.ts";
import { ask, perform } from "../../src/actions/action.ts";
import type { Actor } from "../../src/actions/context.ts";
import { roleScopes, scopes } from "../../src/actions/scope.ts";
import { findHolder, identity } from "../../src/identity/index.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { Role } from "../../src/model/role.ts";
import { registry, type Registry } from "../support/registry.ts";

const minute = 60_000;
const ada = { email: "ada@example.com", name: "Ada" };

async function holder(ctx: Registry, token: string): Promise<Actor | null> {
  return findHolder(ctx, await hashSecret(token));
}

const inRole = (ctx: Registry, role: Role) => ctx.as({ scopes: roleScopes[role] });

describe("a role", () => {
  it("never reaches above its workspace, and but the owner's holds only scopes that there are", () => {
    for (const role of Role.options) {
      expect(roleScopes[role].filter((scope) => scope.startsWith("platform:"))).toEqual([]);
      if (role !== "owner") expect(Object.keys(scopes)).toEqual(expect.arrayContaining([...roleScopes[role]]));
    }
  });

  it("lets an auditor change nothing, and an admin everything but who the admins are", () => {
    expect(roleScopes.auditor.filter((scope) => scope.endsWith(":write"))).toEqual([]);
    const all = Object.keys(scopes).filter((scope) => !scope.startsWith("platform:"));
    expect(all.filter((scope) => !(roleScopes.admin as readonly string[]).includes(scope))).toEqual(["admins:write"]);
  });
});

describe("an admin", () => {
  it("is made, changed and removed only by who may do as much", async () => {
    const ctx = await registry();
    const owner = await perform(identity.createAdmin, inRole(ctx, "owner"), { ...ada, role: "owner" });
    const limited = ctx.as({ scopes: ["admins:write", ...roleScopes.publisher] });
    const refused = { code: "input-invalid", status: 400 };
    await expect(
      perform(identity.createAdmin, limited, { email: "b@example.com", name: "B", role: "owner" }),
    ).rejects.toMatchObject({ ...refused, members: { errors: [{ pointer: "/role" }] } });
    await expect(perform(identity.updateAdmin, limited, { admin: owner.id, role: "publisher" })).rejects.toMatchObject({
      ...refused,
      members: { errors: [{ pointer: "/admin" }] },
    });
    await expect(perform(identity.deleteAdmin, limited, { admin: owner.id })).rejects.toMatchObject(refused);
    const fellow = await perform(identity.createAdmin, limited, {
      email: "b@example.com",
      name: "B",
      role: "publisher",
    });
    expect(await perform(identity.deleteAdmin, limited, { admin: fellow.id })).toEqual({});
  });

  it("who is the last owner stays one", async () => {
    const ctx = await registry();
    await perform(identity.createAdmin, ctx, { ...ada, role: "owner" });
    const alone = { code: "state-conflict", status: 409 };
    await expect(perform(identity.deleteAdmin, ctx, { admin: ada.email })).rejects.toMatchObject(alone);
    await expect(perform(identity.updateAdmin, ctx, { admin: ada.email, role: "admin" })).rejects.toMatchObject(alone);
    await perform(identity.createAdmin, ctx, { email: "b@example.com", name: "B", role: "owner" });
    expect(await perform(identity.updateAdmin, ctx, { admin: ada.email, role: "admin" })).toMatchObject({
      role: "admin",
    });
  });

  it("is one person in two workspaces, and forgotten when the last one is left", async () => {
    const [one, other] = [await registry(), await registry()];
    const email = `${one.workspace}@example.com`;
    const rows = () => one.db.select().from(people).where(eq(people.email, email));
    for (const ctx of [one, other]) {
      for (const [address, role] of [
        [email, "auditor"],
        [`o-${email}`, "owner"],
      ] as const) {
        await perform(identity.createAdmin, ctx, { email: address, name: ctx.workspace, role });
      }
    }
    expect(await rows()).toHaveLength(1);
    await perform(identity.deleteAdmin, one, { admin: email });
    expect(await ask(identity.getAdmin, other, { admin: email })).toMatchObject({ name: other.workspace });
    await perform(identity.deleteAdmin, other, { admin: email });
    expect(await rows()).toEqual([]);
  });
});

describe("a token of an admin", () => {
  it("allows what both allow, at the time of the call, and is nobody's once the admin is gone", async () => {
    const ctx = await registry();
    const admin = await perform(identity.createAdmin, ctx, { ...ada, role: "publisher" });
    const all = await perform(identity.createAdminToken, ctx, { name: "Laptop", admin: ada.email });
    const named = { name: "Reads", admin: admin.id, scopes: ["catalog:read", "audit:read"] as const };
    const few = await perform(identity.createAdminToken, ctx, named);
    expect(await holder(ctx, all.token)).toMatchObject({
      kind: "person",
      id: admin.id,
      workspace: ctx.workspace,
      scopes: roleScopes.publisher,
    });
    expect((await holder(ctx, few.token))?.scopes).toEqual(["catalog:read"]);
    await perform(identity.updateAdmin, ctx, { admin: admin.id, role: "auditor" });
    expect((await holder(ctx, all.token))?.scopes).toEqual(roleScopes.auditor);
    expect((await holder(ctx, few.token))?.scopes).toEqual(["catalog:read", "audit:read"]);
    await perform(identity.deleteAdmin, ctx, { admin: admin.id });
    expect(await holder(ctx, all.token)).toBeNull();
  });

  it("cannot be made by who may do less than the admin", async () => {
    const ctx = await registry();
    await perform(identity.createAdmin, ctx, { ...ada, role: "owner" });
    const made = perform(identity.createAdminToken, inRole(ctx, "admin"), { name: "Mine", admin: ada.email });
    await expect(made).rejects.toMatchObject({ members: { errors: [{ pointer: "/admin" }] } });
  });
});

describe("a service token", () => {
  it("says what it may do, by a role or by scopes, and by one of them", async () => {
    const ctx = await registry();
    const make = (fields: object) => perform(identity.createAdminToken, ctx, { name: "CI", ...fields });
    expect(await make({ role: "support" })).toMatchObject({ role: "support", scopes: roleScopes.support });
    await expect(make({})).rejects.toMatchObject({ members: { errors: [{ pointer: "/role" }] } });
    await expect(make({ role: "support", scopes: ["audit:read"] })).rejects.toMatchObject({
      members: { errors: [{ pointer: "/scopes" }] },
    });
  });

  it("knows when it was used, and writes that once in ten minutes", async () => {
    const ctx = await registry();
    const { id, token } = await perform(identity.createAdminToken, ctx, { name: "CI", role: "support" });
    const hash = await hashSecret(token);
    const used: (number | null)[] = [];
    const began = Date.now();
    for (const later of [0, 9 * minute, 11 * minute]) {
      await findHolder({ ...ctx, now: () => began + later }, hash);
      used.push((await ask(identity.getAdminToken, ctx, { token: id })).lastUsedAt);
    }
    expect(used).toEqual([began, began, began + 11 * minute]);
    expect((await ask(identity.getAdminToken, ctx, { token: id })).edition).toBe(1);
  });
});

describe("rotation", () => {
  it("lets the old one count for the overlap, and only the one before", async () => {
    const ctx = await registry();
    const first = await perform(identity.createAdminToken, ctx, { name: "CI", role: "support" });
    const second = await perform(identity.rotateAdminToken, ctx, { token: first.id, overlapMs: minute });
    expect(second).toMatchObject({ id: first.id, role: "support", previousEndsAt: expect.any(Number) });
    const held = async (at: number) => {
      const later = { ...ctx, now: () => Date.now() + at };
      const hashes = await Promise.all([first.token, second.token].map(hashSecret));
      return Promise.all(hashes.map(async (hash) => (await findHolder(later, hash))?.id ?? null));
    };
    expect(await held(0)).toEqual([first.id, first.id]);
    expect(await held(2 * minute)).toEqual([null, first.id]);
    const third = await perform(identity.rotateAdminToken, ctx, { token: first.id });
    expect(await held(0)).toEqual([null, first.id]);
    await perform(identity.revokeAdminToken, ctx, { token: first.id });
    for (const token of [second.token, third.token]) expect(await holder(ctx, token)).toBeNull();
    await expect(perform(identity.rotateAdminToken, ctx, { token: first.id })).rejects.toMatchObject({
      code: "state-conflict",
    });
  });

  it("is no way to more than one has, nor to a later end", async () => {
    const ctx = await registry();
    const strong = await perform(identity.createAdminToken, ctx, { name: "Strong", scopes: ["*"] });
    const weak = ctx.as({ scopes: ["tokens:write"] });
    await expect(perform(identity.rotateAdminToken, weak, { token: strong.id })).rejects.toMatchObject({
      members: { errors: [{ pointer: "/token" }] },
    });
    const end = Date.now() + minute;
    const ends = await perform(identity.createAdminToken, ctx, { name: "Ends", scopes: ["*"], expiresAt: end });
    const by = await holder(ctx, ends.token);
    if (by === null) throw new Error("nobody holds it");
    const rotated = await perform(identity.rotateAdminToken, ctx.as(by), { token: strong.id, expiresAt: null });
    expect(rotated.expiresAt).toBe(end);
  });

  it("stores no token, old or new", async () => {
    const ctx = await registry();
    const first = await perform(identity.createAdminToken, ctx, { name: "CI", role: "support" });
    const second = await perform(identity.rotateAdminToken, ctx, { token: first.id });
    const stored = JSON.stringify(await ctx.db.select().from(adminTokens).where(eq(adminTokens.id, first.id)));
    for (const token of [first.token, second.token]) expect(stored).not.toContain(token);
  });
});
