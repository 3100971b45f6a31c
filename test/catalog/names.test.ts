import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { validatePlatformFile } from "../../src/catalog/platform-file/validate-platform-file.ts";
import { Problem } from "../../src/model/problem.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const invalid = (pointer: string) => ({ code: "input-invalid", members: { errors: [{ pointer }] } });

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await openShop(ctx);
});
const books = () => ask(catalog.getApi, ctx, { api: "books" });
const setDefault = (defaultVersion: string | null) => perform(catalog.updateApi, ctx, { api: "books", defaultVersion });

/** What the edge was told last of the API `books`. */
function served() {
  const hash = ctx.edge.announced.at(-1)?.root.buckets[String(bucketIndex(ctx.host, "books"))];
  return Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`)).apis.find(({ workspace }) => workspace === ctx.workspace);
}

describe("the default version", () => {
  it("stays the default when it is renamed, at the edge, too", async () => {
    await setDefault("v1");
    const { edition } = await books();
    await perform(catalog.updateVersion, ctx, { ...v1, name: "2026-11" });
    expect(await books()).toMatchObject({ defaultVersion: "2026-11", edition: edition + 1 });
    expect(served()).toMatchObject({ defaultVersion: "2026-11", versions: [{ name: "2026-11" }] });
    // Who saw the API before is told that it has changed.
    const stale = perform(catalog.updateApi, ctx, { api: "books", name: "All" }, { expectedVersion: edition });
    await expect(stale).rejects.toMatchObject({ code: "version-conflict" });
    expect((await perform(catalog.updateApi, ctx, { api: "books", name: "All" })).defaultVersion).toBe("2026-11");
  });

  it("reaches the edge even if the version renamed is a draft beside others that are served", async () => {
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2" });
    await setDefault("v2");
    await perform(catalog.updateVersion, ctx, { api: "books", version: "v2", name: "v3" });
    expect(served()).toMatchObject({ defaultVersion: "v3", versions: [{ name: "v1" }] });
  });

  it("stays as it is when another version is renamed", async () => {
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2" });
    await setDefault("v2");
    await perform(catalog.updateVersion, ctx, { ...v1, name: "v0" });
    expect((await books()).defaultVersion).toBe("v2");
  });

  it("is one that the API has, so a new API has none", async () => {
    await expect(setDefault("v9")).rejects.toMatchObject(invalid("/defaultVersion"));
    expect((await books()).defaultVersion).toBeNull();
    expect((await setDefault("v1")).defaultVersion).toBe("v1");
    expect((await setDefault(null)).defaultVersion).toBeNull();
    const films = { slug: "films", name: "Films", prefix: "/films" };
    const named = perform(catalog.createApi, ctx, { ...films, defaultVersion: "v1" });
    await expect(named).rejects.toMatchObject(invalid("/defaultVersion"));
    expect((await perform(catalog.createApi, ctx, { ...films, defaultVersion: null })).defaultVersion).toBeNull();
  });
});

describe("names", () => {
  it("are never like an id, by which versions are found, too", async () => {
    const { id } = await ask(catalog.getVersion, ctx, v1);
    const created = perform(catalog.createVersion, ctx, { api: "books", name: id });
    await expect(created).rejects.toMatchObject(invalid("/name"));
    await expect(perform(catalog.updateVersion, ctx, { ...v1, name: "ver_1" })).rejects.toMatchObject(invalid("/name"));
    expect((await perform(catalog.createVersion, ctx, { api: "books", name: "ver-1" })).name).toBe("ver-1");
  });

  it("are stored as they were sent, so they hold no half of a surrogate pair", async () => {
    const rename = (name: string) => perform(catalog.updateApi, ctx, { api: "books", name });
    const describeAs = (description: string) => perform(catalog.updateApi, ctx, { api: "books", description });
    // Only codes are compared: the runner cannot print what must not be taken.
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => "taken",
        (thrown: unknown) => Problem.from(thrown).code,
      );
    for (const name of ["a\ud800b", "\udc00"]) expect(await codeOf(rename(name))).toBe("input-invalid");
    expect(await codeOf(describeAs("\udfff"))).toBe("input-invalid");
    expect((await rename(" 📚 ")).name).toBe("📚");
  });

  it("are one line that steers no terminal, in a file as well", async () => {
    for (const control of ["\u001B[2J", "\n", "\u0000", "\u007F", "\u009B2J"]) {
      const name = `a${control}b`;
      const refused = perform(catalog.updateApi, ctx, { api: "books", name });
      await expect(refused).rejects.toMatchObject(invalid("/name"));
      const file = { format: 1, workspace: ctx.workspace, organizations: { acme: { name } } };
      expect(validatePlatformFile(file).findings.map(({ pointer }) => pointer)).toEqual(["/organizations/acme/name"]);
    }
  });
});

describe("successors", () => {
  it("lead on: none comes back to where it began, by itself or by others", async () => {
    for (const name of ["v2", "v3"]) {
      await perform(catalog.createVersion, ctx, { api: "books", name, upstream: "origin" });
    }
    const follow = (version: string, successor: string | null) =>
      perform(catalog.updateVersion, ctx, { api: "books", version, successor });
    await follow("v1", "v2");
    await follow("v2", "v3");
    await expect(follow("v3", "v1")).rejects.toMatchObject({
      code: "input-invalid",
      members: { errors: [{ pointer: "/successor", message: expect.stringContaining("v3, v1, v2, v3") }] },
    });
    await expect(follow("v2", "v2")).rejects.toMatchObject(invalid("/successor"));
    await follow("v2", null);
    const { id } = await ask(catalog.getVersion, ctx, v1);
    expect((await follow("v3", "v1")).successor).toBe(id);
  });
});

describe("hosts of environments", () => {
  const take = (host: string) => perform(catalog.updateEnvironment, ctx, { environment: "production", hosts: [host] });

  it.each(["a..b", "a-.b", "a.-b", ".a", "a.", "-a", "a-", "a.b-", "**", "a.*"])("refuses %s", async (host) => {
    await expect(take(host)).rejects.toMatchObject(invalid("/hosts/0"));
  });

  it("takes names whose parts hold hyphens", async () => {
    const ends = `x--1.${ctx.workspace}.test`;
    expect((await take(ends)).hosts).toEqual([ends]);
  });
});
