import { describe, expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { findHolder, identity } from "../../src/identity/index.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { registry, type Registry } from "../support/registry.ts";

const hour = 3_600_000;

const make = (ctx: Registry, expiresAt: number | null) =>
  perform(identity.createAdminToken, ctx, { name: "CI", scopes: ["tokens:write"], expiresAt });

/** The registry for who holds a token that ends then. */
async function withToken(ctx: Registry, expiresAt: number | null): Promise<Registry> {
  const { token } = await make(ctx, expiresAt);
  const actor = await findHolder(ctx, await hashSecret(token));
  if (actor === null) throw new Error("nobody holds the token");
  return ctx.as(actor);
}

describe("the end of an admin token", () => {
  it("is never later than that of the token which made it, through any number of tokens", async () => {
    const ctx = await registry();
    const end = Date.now() + hour;
    const maker = await withToken(ctx, end);
    for (const wanted of [null, end + 1, end]) expect((await make(maker, wanted)).expiresAt).toBe(end);
    expect((await make(maker, end - 1)).expiresAt).toBe(end - 1);
    expect((await make(await withToken(maker, null), null)).expiresAt).toBe(end);
  });

  it("is as wanted where its maker does not end", async () => {
    const ctx = await registry();
    const end = Date.now() + hour;
    for (const maker of [ctx, await withToken(ctx, null)]) {
      expect((await make(maker, null)).expiresAt).toBeNull();
      expect((await make(maker, end)).expiresAt).toBe(end);
    }
  });

  it("is not in the past: that is refused at its field", async () => {
    const ctx = await registry();
    for (const past of [0, -1, Date.now() - hour]) {
      await expect(make(ctx, past)).rejects.toMatchObject({
        code: "input-invalid",
        status: 400,
        members: { errors: [{ pointer: "/expiresAt" }] },
      });
    }
  });
});
