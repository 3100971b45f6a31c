import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { environmentHosts, environments, workspaces } from "../../schema/workspaces.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { bootstrap, findHolder, identity } from "../../src/identity/index.ts";
import { registry } from "../support/registry.ts";

it("makes the first workspace once, however often and at once it is called", async () => {
  const ctx = await registry();
  await Promise.all([bootstrap(ctx), bootstrap(ctx), bootstrap(ctx)]);
  await bootstrap(ctx);
  expect(await ctx.db.select().from(workspaces).where(eq(workspaces.id, "default"))).toHaveLength(1);
  const rows = await ctx.db.select().from(environments).where(eq(environments.workspace, "default"));
  expect(rows).toMatchObject([{ slug: "production" }]);
  expect(await ctx.db.select().from(environmentHosts).where(eq(environmentHosts.workspace, "default"))).toEqual([
    { host: "*", workspace: "default", environment: rows[0]?.id },
  ]);
  const announced = ctx.edge.announced.length;
  expect(announced).toBeGreaterThan(0);
  await bootstrap(ctx);
  expect(ctx.edge.announced).toHaveLength(announced);
});

it("knows the holder of a token until it is revoked or over, and gives nobody more than they have", async () => {
  const ctx = await registry();
  const made = await perform(identity.createAdminToken, ctx, { name: "CI", scopes: ["catalog:read", "tokens:write"] });
  const hash = await hashSecret(made.token);
  const holder = await findHolder(ctx, hash);
  expect(holder).toEqual({
    kind: "token",
    id: made.id,
    workspace: ctx.workspace,
    scopes: ["catalog:read", "tokens:write"],
    token: made.id,
  });
  const limited = ctx.as({ scopes: holder?.scopes ?? [] });
  await expect(perform(identity.createAdminToken, limited, { name: "x", scopes: ["*"] })).rejects.toMatchObject({
    code: "input-invalid",
    members: { errors: [{ pointer: "/scopes/0" }] },
  });
  const short = await perform(identity.createAdminToken, ctx, {
    name: "s",
    scopes: ["*"],
    expiresAt: Date.now() + 1_000,
  });
  const later = { ...ctx, now: () => Date.now() + 2_000 };
  expect(await findHolder(ctx, await hashSecret(short.token))).not.toBeNull();
  expect(await findHolder(later, await hashSecret(short.token))).toBeNull();
  await perform(identity.revokeAdminToken, ctx, { token: made.id });
  expect(await findHolder(ctx, hash)).toBeNull();
  const { items } = await ask(identity.listAdminTokens, ctx, {});
  expect(JSON.stringify(items)).not.toContain(made.token.slice(12));
});
