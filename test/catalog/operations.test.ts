/** Operations of a draft, one by one. */
import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";

const v1 = { api: "books", version: "v1" };
const key = { id: "key", type: "require-key" } as never;

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books" });
  const targets = { production: [{ url: "https://books.example" }] };
  await perform(catalog.createUpstream, ctx, { slug: "shop", targets });
  await perform(catalog.createVersion, ctx, { api: "books", name: "v1", upstream: "shop" });
});

const create = (operation: string, path: string, more: object = {}) =>
  perform(catalog.createOperation, ctx, { ...v1, operation, method: "GET", path, ...more });
const list = (asked: object = {}) => ask(catalog.listOperations, ctx, { ...v1, ...asked });
const idsOf = async (asked?: object) => (await list(asked)).items.map(({ operation }) => operation);

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  paths: { "/books": { get: { operationId: "listBooks", summary: "All" } } },
});
const importDocument = () =>
  perform(catalog.importDocument, ctx, { ...v1, mediaType: "application/json", text: document });

describe("operations without a document", () => {
  it("are made, changed and taken away; what is served changes when the draft is published", async () => {
    const made = await create("getBook", "/books/{isbn}", { policies: [key] });
    expect(catalog.createOperation.output.parse(made)).toEqual(made);
    expect(made).toMatchObject({ method: "GET", isDocumented: false, policies: [{ id: "key" }], edition: 2 });
    await create("listBooks", "/books");
    const first = await perform(lifecycle.publishVersion, ctx, v1);
    const served = async () =>
      (await ask(lifecycle.getRevision, ctx, { ...v1, revision: String(first.number) })).operations;
    await perform(catalog.updateOperation, ctx, { ...v1, operation: "listBooks", method: "POST", summary: "All" });
    expect(await ask(catalog.getOperation, ctx, { ...v1, operation: "listBooks" })).toMatchObject({ method: "POST" });
    await perform(catalog.deleteOperation, ctx, { ...v1, operation: "getBook" });
    expect(await idsOf()).toEqual(["listBooks"]);
    expect(await ask(catalog.getDraft, ctx, v1)).toMatchObject({ operationPolicies: {} });
    expect((await served()).map(({ id, method }) => [id, method])).toEqual([
      ["getBook", "GET"],
      ["listBooks", "GET"],
    ]);
  });

  it("are refused where they could not be told from others, or not be routed", async () => {
    await create("getBook", "/books/{isbn}");
    const wrong = (pointer: string) => ({ code: "input-invalid", members: { errors: [{ pointer }] } });
    await expect(create("getBook", "/other")).rejects.toMatchObject(wrong("/operation"));
    await expect(create("oneBook", "/books/{id}")).rejects.toMatchObject(wrong("/path"));
    await expect(create("oneBook", "/books//{id}")).rejects.toMatchObject(wrong("/path"));
    await create("putBook", "/books/{id}", { method: "PUT" });
    const same = perform(catalog.updateOperation, ctx, { ...v1, operation: "putBook", method: "GET" });
    await expect(same).rejects.toMatchObject(wrong("/path"));
  });

  it("leave nothing behind where nothing changes", async () => {
    await create("getBook", "/books/{isbn}");
    const before = await ask(catalog.getVersion, ctx, v1);
    await perform(catalog.updateOperation, ctx, { ...v1, operation: "getBook", path: "/books/{isbn}", policies: [] });
    expect(await ask(catalog.getVersion, ctx, v1)).toEqual(before);
  });

  it("are one by one what the trail tells of", async () => {
    await create("getBook", "/books/{isbn}");
    await perform(catalog.deleteOperation, ctx, { ...v1, operation: "getBook" });
    const version = await ask(catalog.getVersion, ctx, v1);
    expect(version.edition).toBe(3);
    await expect(ask(catalog.getOperation, ctx, { ...v1, operation: "getBook" })).rejects.toMatchObject({
      code: "resource-not-found",
    });
  });
});

describe("operations of a document", () => {
  it("take policies, and nothing else that the document says", async () => {
    await importDocument();
    const named = { ...v1, operation: "listBooks" };
    const changed = await perform(catalog.updateOperation, ctx, { ...named, policies: [key] });
    expect(changed).toMatchObject({ summary: "All", isDocumented: true, policies: [{ id: "key" }] });
    const refused = { code: "state-conflict", detail: expect.stringContaining("document") };
    await expect(perform(catalog.updateOperation, ctx, { ...named, summary: "x" })).rejects.toMatchObject(refused);
    await expect(perform(catalog.deleteOperation, ctx, named)).rejects.toMatchObject(refused);
    await expect(create("getBook", "/books/{isbn}")).rejects.toMatchObject(refused);
  });
});

describe("a list of operations", () => {
  it("is sorted, filtered, searched and paged, and goes on where a page ended", async () => {
    for (const [id, path, method] of [
      ["b", "/two", "GET"],
      ["a", "/three", "POST"],
      ["c", "/one", "GET"],
    ] as const)
      await create(id, path, { method, tags: id === "c" ? ["x"] : [], summary: `does ${id}` });
    expect(await idsOf()).toEqual(["b", "a", "c"]);
    expect(await idsOf({ sort: "operation" })).toEqual(["a", "b", "c"]);
    expect(await idsOf({ sort: "-path" })).toEqual(["b", "a", "c"]);
    expect(await idsOf({ method: "get" })).toEqual(["b", "c"]);
    expect(await idsOf({ tag: "x" })).toEqual(["c"]);
    expect(await idsOf({ search: "DOES A" })).toEqual(["a"]);
    const page = await list({ sort: "operation", limit: "2" });
    expect([page.items.length, page.cursor]).toEqual([2, "b"]);
    await create("aa", "/four");
    const rest = await list({ sort: "operation", limit: 2, cursor: page.cursor });
    expect([rest.items.map(({ operation }) => operation), rest.cursor]).toEqual([["c"], null]);
  });
});

it.each(["__proto__", ".", ".."])(
  "cannot be called %s, which would lose their policies or their address",
  async (id) => {
    await expect(create(id, "/x", { policies: [key] })).rejects.toMatchObject({ code: "input-invalid" });
    const text = document.replace("listBooks", id);
    await perform(catalog.importDocument, ctx, { ...v1, mediaType: "application/json", text });
    expect(await idsOf()).toEqual(["get-books"]);
  },
);

it("answers no page for a cursor that is none", async () => {
  await create("getBook", "/books/{isbn}");
  await expect(list({ cursor: "gone" })).rejects.toMatchObject({ code: "input-invalid" });
});
