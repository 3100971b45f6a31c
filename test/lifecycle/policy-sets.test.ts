/** Policy sets: named by lists, changed once for all of them, and never such that one of them breaks. */
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { policyLists } from "../../schema/catalog.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import type { WorkspaceProgram } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const key = { id: "key", type: "require-key" };
const size = { id: "size", type: "request-size", config: { bodyBytesMax: 1_000 } };
const injected = { id: "token", type: "request-headers", config: { set: { authorization: "${secret:TOKEN}" } } };
const named = { id: "guard", type: "policy-set", config: { set: "guarded" } };

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});

const create = (...policies: object[]) =>
  perform(lifecycle.createPolicySet, ctx, { slug: "guarded", name: "Guarded", policies: policies as never });
const change = (...policies: object[]) =>
  perform(lifecycle.updatePolicySet, ctx, { set: "guarded", policies: policies as never });

async function publish(...policies: object[]) {
  await perform(catalog.updateVersion, ctx, { ...v1, policies: policies as never });
  return perform(lifecycle.publishVersion, ctx, v1);
}

/** What the gateway reads for the workspace, as the newest root names it. */
function shared(): WorkspaceProgram | undefined {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const global = ctx.edge.puts.get(`program:${root?.global}`) as { workspaces: Record<string, string> };
  return ctx.edge.puts.get(`program:${global.workspaces[ctx.workspace]}`) as WorkspaceProgram | undefined;
}

describe("a policy set", () => {
  it("is at the edge once it is made, and another once it is changed, without any version being published", async () => {
    await create(key);
    expect(shared()).toMatchObject({ policies: [], sets: { guarded: [{ id: "key" }] } });
    const before = await publish(named);
    const { sequence = 0 } = shared() ?? {};
    await change(key, size);
    expect(shared()).toMatchObject({ sets: { guarded: [{ id: "key" }, { id: "size" }] } });
    expect(shared()?.sequence).toBeGreaterThan(sequence);
    const { items } = await ask(lifecycle.listDeployments, ctx, v1);
    expect(items[0]).toMatchObject({ revision: before.revision });
  });

  it("leaves the workspace's list as it is, and its edition", async () => {
    await create(key);
    expect(await ask(lifecycle.getWorkspacePolicies, ctx, {})).toMatchObject({ edition: 0, policies: [] });
    const list = await perform(lifecycle.setWorkspacePolicies, ctx, { policies: [named] as never });
    expect(list.edition).toBe(1);
    await change(key, size);
    expect(await ask(lifecycle.getWorkspacePolicies, ctx, {})).toEqual(list);
    await perform(lifecycle.setWorkspacePolicies, ctx, { policies: [] });
    expect(shared()).toMatchObject({ policies: [], sets: { guarded: [{}, {}] } });
    // Nothing is named any more.
    await perform(lifecycle.deletePolicySet, ctx, { set: "guarded" });
    expect(shared()).toBeUndefined();
    const [row] = await ctx.db.select().from(policyLists).where(eq(policyLists.workspace, ctx.workspace));
    expect(row).toMatchObject({ program: null, entries: [], edition: 2 });
  });

  it("says where its policies are wrong, and holds no other set", async () => {
    const wrong = { ...size, config: { bodyBytesMax: -1 } };
    await expect(create(key, wrong, named)).rejects.toMatchObject({
      code: "revision-invalid",
      members: { findings: [{ pointer: "/policies/1/config/bodyBytesMax" }, { pointer: "/policies/2/type" }] },
    });
  });

  it("is refused where all of them are more than gateways hold", async () => {
    const long = (id: string) => ({
      id,
      type: "response-headers",
      config: { set: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-${n}`, "v".repeat(400)])) },
    });
    const many = Array.from({ length: 60 }, (_, n) => long(`p-${n}`));
    await expect(create(...many)).rejects.toMatchObject({
      code: "state-conflict",
      detail: expect.stringContaining("every gateway holds"),
    });
  });

  it("keeps its short name, which revisions hold", async () => {
    await create(key);
    const rename = perform(lifecycle.updatePolicySet, ctx, { set: "guarded", slug: "other" });
    await expect(rename).rejects.toMatchObject({ code: "input-invalid", members: { errors: [{ pointer: "/slug" }] } });
    const renamed = await perform(lifecycle.updatePolicySet, ctx, { set: "guarded", name: "For partners" });
    expect(renamed).toMatchObject({ slug: "guarded", name: "For partners", edition: 2 });
  });
});

describe("a list that names a set", () => {
  it("is published only if the set is there, with the nearest name otherwise", async () => {
    await expect(publish(key, named)).rejects.toMatchObject({
      members: { findings: [{ pointer: "/policies/1/config/set", message: expect.stringContaining("guarded") }] },
    });
    await create(key);
    const mistyped = { ...named, config: { set: "gaurded" } };
    await expect(publish(key, mistyped)).rejects.toMatchObject({
      members: { findings: [{ message: expect.stringContaining("Did you mean guarded?") }] },
    });
    // The key that the product needs comes from the set.
    expect((await publish(named)).findings).toEqual([]);
  });

  it("is held to the order of what it stands for, at the place of the name", async () => {
    await create({ id: "cors", type: "cors", config: { origins: ["*"] } });
    await expect(publish(key, named)).rejects.toMatchObject({
      members: { findings: [{ pointer: "/policies/1", message: expect.stringContaining("preflights") }] },
    });
    expect((await publish(named, key)).number).toBe(2);
  });

  it("runs in shadow only if all of it can", async () => {
    await create(key);
    await expect(publish(key, { ...named, mode: "shadow" })).rejects.toMatchObject({
      members: { findings: [{ pointer: "/policies/1/mode", message: expect.stringContaining("require-key") }] },
    });
  });

  it("of the platform cannot: a set is of one workspace", async () => {
    await create(key);
    const set = perform(lifecycle.setGlobalPolicies, ctx, { policies: [named] as never });
    await expect(set).rejects.toMatchObject({ members: { findings: [{ pointer: "/policies/0/type" }] } });
  });
});

describe("a change of a set", () => {
  it("is refused where a product's API would know nobody any more", async () => {
    await create(key);
    await publish(named);
    await expect(change(size)).rejects.toMatchObject({
      code: "revision-invalid",
      members: { findings: [{ pointer: "/policies", message: expect.stringContaining("books/v1") }] },
    });
  });

  it("is refused where it would break the order of a list that names it", async () => {
    await create(size);
    await publish(key, named);
    await expect(change({ id: "cors", type: "cors", config: { origins: ["*"] } })).rejects.toMatchObject({
      members: { findings: [{ message: expect.stringContaining("preflights") }] },
    });
    expect((await change(size, { ...size, id: "second" })).policies).toHaveLength(2);
  });

  it("that names a secret needs it wherever the set is served, bound to where calls go", async () => {
    await create(key);
    await publish(named);
    const token = { environment: "production", secret: "TOKEN" };
    const found = (message: string) => ({ members: { findings: [{ message: expect.stringContaining(message) }] } });
    await expect(change(key, injected)).rejects.toMatchObject(found("secrets set TOKEN -e production"));
    await perform(catalog.setSecret, ctx, { ...token, value: "s3cret" });
    await expect(change(key, injected)).rejects.toMatchObject(found("secrets bind TOKEN books.example -e production"));
    await perform(catalog.bindSecret, ctx, { ...token, hosts: ["books.example"] });
    await change(key, injected);
    await expect(perform(catalog.deleteSecret, ctx, token)).rejects.toMatchObject({
      members: { dependents: [{ kind: "version", name: "books/v1" }] },
    });
  });

  it("is refused to whoever may not change policies", async () => {
    await create(key);
    const publisher = ctx.as({ scopes: ["catalog:write"] });
    const asked = perform(lifecycle.updatePolicySet, publisher, { set: "guarded", policies: [] });
    await expect(asked).rejects.toMatchObject({ code: "scope-missing" });
  });
});

describe("deleting a set", () => {
  const remove = () => perform(lifecycle.deletePolicySet, ctx, { set: "guarded" });

  it("is refused while a list, a revision or a draft names it, and each is told", async () => {
    await create(key);
    await publish(key, named);
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2", policies: [named] as never });
    await perform(lifecycle.setWorkspacePolicies, ctx, { policies: [{ ...named, enabled: false }] as never });
    await expect(remove()).rejects.toMatchObject({
      code: "has-dependents",
      members: {
        dependents: [
          { kind: "policy list", name: "of the workspace" },
          { kind: "version", name: "books/v1" },
          { kind: "draft", name: "books/v2" },
        ],
      },
    });
    await perform(lifecycle.setWorkspacePolicies, ctx, { policies: [] });
    await perform(catalog.deleteVersion, ctx, { api: "books", version: "v2" });
    await publish(key);
    await remove();
    // The revision that names it cannot come back without it.
    await expect(perform(lifecycle.rollBackVersion, ctx, v1)).rejects.toMatchObject({
      members: { findings: [{ pointer: "/policies/1/config/set" }] },
    });
  });
});

describe("secrets in the workspace's list", () => {
  it("are held to everything that is served", async () => {
    await publish(key);
    const set = () => perform(lifecycle.setWorkspacePolicies, ctx, { policies: [injected] as never });
    await expect(set()).rejects.toMatchObject({
      members: { findings: [{ pointer: expect.stringContaining("/policies/0/config") }] },
    });
    const token = { environment: "production", secret: "TOKEN" };
    await perform(catalog.setSecret, ctx, { ...token, value: "s3cret" });
    await perform(catalog.bindSecret, ctx, { ...token, hosts: ["books.example"] });
    await set();
    await expect(perform(catalog.deleteSecret, ctx, token)).rejects.toMatchObject({
      members: { dependents: [{ kind: "policy list of the workspace" }] },
    });
    // Whatever is published from now on needs it, too.
    const other = { slug: "films", targets: { production: [{ url: "https://films.example" }] } };
    await perform(catalog.createUpstream, ctx, other);
    await perform(catalog.updateVersion, ctx, { ...v1, upstream: "films", policies: [key, size] as never });
    await expect(perform(lifecycle.publishVersion, ctx, v1)).rejects.toMatchObject({
      members: { findings: [{ message: expect.stringContaining("films.example") }] },
    });
  });
});

it("is kept for what is scheduled with it, even if the draft has moved on", async () => {
  await create(key);
  await perform(catalog.updateVersion, ctx, { ...v1, policies: [named] as never });
  const planned = await perform(lifecycle.scheduleVersion, ctx, {
    ...v1,
    does: "publish",
    at: Date.now() + 86_400_000,
  });
  await perform(catalog.updateVersion, ctx, { ...v1, policies: [key] as never });
  const remove = () => perform(lifecycle.deletePolicySet, ctx, { set: "guarded" });
  await expect(remove()).rejects.toMatchObject({
    code: "has-dependents",
    members: { dependents: [{ kind: "schedule", id: planned.id, name: "of books/v1" }] },
  });
  await perform(lifecycle.cancelSchedule, ctx, { schedule: planned.id });
  await remove();
});
