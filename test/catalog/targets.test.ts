import { desc, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { audit } from "../../schema/actions.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const fine = [{ url: "https://new.example", weight: 1 }];
const shown = [{ url: "https://books.example/base", weight: 1 }];

/** A refusal of the input whose errors are at exactly these places. */
const refusedAt = (...pointers: string[]) => ({
  code: "input-invalid",
  status: 400,
  members: { errors: pointers.map((pointer) => expect.objectContaining({ pointer, severity: "error" })) },
});

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});
const setTargets = (targets: Record<string, unknown>) =>
  perform(catalog.updateUpstream, ctx, { upstream: "origin", targets });
const targets = async () => (await ask(catalog.getUpstream, ctx, { upstream: "origin" })).targets;

describe("targets, which take effect at once", () => {
  it.each([
    ["a private address", "http://169.254.169.254/"],
    ["Gatehouse's own host", "http://console.localhost/"],
    ["its own host with a closing dot", "http://console.localhost./"],
  ])("are never %s, whether or not something is served there", async (_what, url) => {
    const at = refusedAt("/targets/production/1/url");
    await expect(setTargets({ production: [...fine, { url }] })).rejects.toMatchObject(at);
    const other = { slug: "other", targets: { production: [...fine, { url }] } };
    await expect(perform(catalog.createUpstream, ctx, other)).rejects.toMatchObject(at);
    expect(await targets()).toEqual({ production: shown });
  });

  it("may be private where the installation lists the address", async () => {
    const open = { ...ctx, privateUpstreams: ["10.0.0.1:80"] };
    const input = { upstream: "origin", targets: { production: [{ url: "http://10.0.0.1" }] } };
    expect((await perform(catalog.updateUpstream, open, input)).targets).toEqual({
      production: [{ url: "http://10.0.0.1", weight: 1 }],
    });
  });

  it("cannot be taken from an environment in which a version is served, and can from others", async () => {
    await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" });
    await setTargets({ staging: fine });
    await expect(setTargets({ production: [], staging: [] })).rejects.toMatchObject(refusedAt("/targets/production"));
    await expect(setTargets({ [ctx.environment]: [] })).rejects.toMatchObject(refusedAt(`/targets/${ctx.environment}`));
    expect((await setTargets({ staging: [] })).targets).toEqual({ production: shown });
  });
});

describe("another upstream of a version that is served", () => {
  const point = (upstream: string) => perform(catalog.updateVersion, ctx, { ...v1, upstream });

  it("must have targets in each environment in which the version is served", async () => {
    await perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" });
    await setTargets({ staging: fine });
    await perform(lifecycle.promoteVersion, ctx, { ...v1, from: "production", environment: "staging" });
    await perform(catalog.createUpstream, ctx, { slug: "half", targets: { production: fine } });
    await perform(catalog.createUpstream, ctx, { slug: "none" });
    const before = await ask(catalog.getVersion, ctx, v1);
    await expect(point("half")).rejects.toMatchObject(refusedAt("/upstream"));
    await expect(point("none")).rejects.toMatchObject(refusedAt("/upstream", "/upstream"));
    expect(await ask(catalog.getVersion, ctx, v1)).toEqual(before);
    await perform(catalog.updateUpstream, ctx, { upstream: "half", targets: { staging: fine } });
    expect((await point("half")).upstream).not.toBe(before.upstream);
  });

  it("must not have targets that the gateway refuses by now", async () => {
    const open = { ...ctx, privateUpstreams: ["10.0.0.1:80"] };
    const once = { slug: "once", targets: { production: [{ url: "http://10.0.0.1" }] } };
    await perform(catalog.createUpstream, open, once);
    await expect(point("once")).rejects.toMatchObject(refusedAt("/upstream"));
  });

  it("may be anything while nothing of the version is served", async () => {
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", upstream: "origin" });
    const none = await perform(catalog.createUpstream, ctx, { slug: "none" });
    const v2 = { api: "books", version: "v2", upstream: "none" };
    expect((await perform(catalog.updateVersion, ctx, v2)).upstream).toBe(none.id);
  });
});

describe("environments of targets", () => {
  it("are answered and audited by slug, however they were named", async () => {
    const expected = { production: fine };
    expect((await setTargets({ [ctx.environment]: fine })).targets).toEqual(expected);
    expect(await targets()).toEqual(expected);
    const [row] = await ctx.db
      .select()
      .from(audit)
      .where(eq(audit.workspace, ctx.workspace))
      .orderBy(desc(audit.sequence))
      .limit(1);
    expect(row).toMatchObject({ action: "update-upstream", before: { targets: { production: shown } } });
    expect(row?.after).toMatchObject({ targets: expected });
    const again = await perform(
      catalog.updateUpstream,
      ctx,
      { upstream: "origin", targets: { [ctx.environment]: fine } },
      { expectedVersion: row?.targetVersion ?? 0 },
    );
    expect(again.edition).toBe(row?.targetVersion);
    const created = { slug: "other", targets: { [ctx.environment]: fine } };
    expect((await perform(catalog.createUpstream, ctx, created)).targets).toEqual(expected);
  });

  it("are named once each, and are there, even if no target is given", async () => {
    const twice = { production: fine, [ctx.environment]: shown };
    const refusal = { code: "input-invalid", members: { errors: [{ pointer: `/targets/${ctx.environment}` }] } };
    await expect(setTargets(twice)).rejects.toMatchObject(refusal);
    const other = { slug: "other", targets: twice };
    await expect(perform(catalog.createUpstream, ctx, other)).rejects.toMatchObject(refusal);
    await expect(setTargets({ nowhere: [] })).rejects.toMatchObject({ code: "resource-not-found" });
    expect(await targets()).toEqual({ production: shown });
  });

  it("may be called like what every object has", async () => {
    await perform(catalog.createEnvironment, ctx, { slug: "constructor", name: "Constructor" });
    expect((await setTargets({ constructor: fine })).targets).toEqual({ production: shown, constructor: fine });
    expect(await targets()).toEqual({ production: shown, constructor: fine });
  });
});
