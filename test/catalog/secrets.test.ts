/** Secrets as they are managed: sealed, checked when something is published, held while something served names them. */
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { secrets } from "../../schema/workspaces.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { secretRecordId } from "../../src/model/records.ts";
import { secretBox } from "../../src/model/secret.ts";
import { formerKey, registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const token = { environment: "production", secret: "TOKEN" };
const v1 = { api: "books", version: "v1" };
const policies = [
  { id: "key", type: "require-key" },
  { id: "token", type: "request-headers", config: { set: { authorization: "Bearer ${secret:TOKEN}" } } },
];

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});

const set = (value = "s3cret") => perform(catalog.setSecret, ctx, { ...token, value });
const bind = (...hosts: string[]) => perform(catalog.bindSecret, ctx, { ...token, hosts });
const recordAtEdge = () => ctx.edge.puts.get(`secret:${secretRecordId(ctx.environment, "TOKEN")}`);

async function publish() {
  await perform(catalog.updateVersion, ctx, { ...v1, policies });
  return perform(lifecycle.publishVersion, ctx, v1);
}

describe("publishing what names a secret", () => {
  it("needs the secret, bound to every host that calls may go to", async () => {
    const pointer = "/policies/1/config/set/authorization";
    await expect(publish()).rejects.toMatchObject({
      code: "revision-invalid",
      members: { findings: [{ pointer, message: expect.stringContaining("gatehouse secrets set TOKEN") }] },
    });
    await set();
    await expect(publish()).rejects.toMatchObject({
      members: { findings: [{ pointer, message: expect.stringContaining("secrets bind TOKEN books.example") }] },
    });
    await bind("books.example");
    expect((await publish()).number).toBe(2);
  });

  it("is refused in the platform's list, which is of no workspace", async () => {
    await set();
    await bind("books.example");
    await expect(perform(lifecycle.setGlobalPolicies, ctx, { policies })).rejects.toMatchObject({
      members: { findings: [{ pointer: "/policies/1/config/set/authorization" }] },
    });
  });
});

describe("a secret", () => {
  it("is stored, audited and brought to the edge sealed", async () => {
    await set("a-value-to-look-for");
    await bind("books.example");
    const kept = [
      await ctx.db.select().from(secrets).where(eq(secrets.workspace, ctx.workspace)),
      await ctx.db.select().from(audit).where(eq(audit.workspace, ctx.workspace)),
      [...ctx.edge.puts],
    ];
    expect(JSON.stringify(kept)).not.toContain("a-value-to-look-for");
    expect(recordAtEdge()).toMatchObject({ name: "TOKEN", hosts: ["books.example"], keyId: "test" });
  });

  it("cannot be bound by whoever may only set it", async () => {
    await set();
    const setter = ctx.as({ scopes: ["secrets:write"] });
    await expect(perform(catalog.bindSecret, setter, { ...token, hosts: ["evil.example"] })).rejects.toMatchObject({
      code: "scope-missing",
    });
    await bind("books.example");
    expect(await perform(catalog.setSecret, setter, { ...token, value: "new" })).toMatchObject({
      hosts: ["books.example"],
    });
  });

  it("is not deleted while something served names it, and leaves nothing at the edge", async () => {
    await set();
    await bind("books.example");
    await publish();
    await expect(perform(catalog.deleteSecret, ctx, token)).rejects.toMatchObject({
      code: "has-dependents",
      members: { dependents: [{ kind: "version", name: "books/v1" }] },
    });
    await perform(lifecycle.rollBackVersion, ctx, v1);
    await perform(catalog.deleteSecret, ctx, token);
    expect(recordAtEdge()).toBeUndefined();
    expect(ctx.edge.announced.at(-1)?.signals).toMatchObject([{ kind: "secret" }]);
    await expect(ask(catalog.getSecret, ctx, token)).rejects.toMatchObject({ code: "resource-not-found" });
  });

  it("stays bound to the hosts that calls go to with it", async () => {
    await set();
    await bind("books.example", "other.example");
    await publish();
    await expect(bind("other.example")).rejects.toMatchObject({
      code: "has-dependents",
      members: { dependents: [{ kind: "version", name: "books/v1" }] },
    });
    expect((await bind("books.example")).hosts).toEqual(["books.example"]);
    await perform(lifecycle.rollBackVersion, ctx, v1);
    expect((await bind()).hosts).toEqual([]);
  });

  it("is sealed anew under the first key without its workspace noticing", async () => {
    const former = { ...ctx, secrets: secretBox([formerKey]) };
    await perform(catalog.setSecret, former, { ...token, value: "s3cret" });
    expect((await ask(catalog.getSecret, ctx, token)).keyId).toBe("former");
    expect(await perform(catalog.resealSecrets, ctx, {})).toMatchObject({ keyId: "test", remaining: 0 });
    const [row] = await ctx.db.select().from(secrets).where(eq(secrets.workspace, ctx.workspace));
    if (row === undefined) throw new Error("the secret is gone");
    expect(row).toMatchObject({ keyId: "test", edition: 1 });
    expect(await ctx.secrets.open(row, row)).toBe("s3cret");
    expect(recordAtEdge()).toMatchObject({ keyId: "test" });
  });
});
