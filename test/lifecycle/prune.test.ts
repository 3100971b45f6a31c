/** What a file does not name goes with it, all of it or nothing, unless somebody still uses it. */
import { beforeEach, describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog, type PlatformFileInput } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex } from "../../src/model/program.ts";
import { registry, type Registry } from "../support/registry.ts";
import { counted } from "../support/counted-usage.ts";

const policies = [{ id: "key", type: "require-key" }];
const version = { state: "published" as const, operations: { list: "GET /list" }, upstream: "shop", policies };

let ctx: Registry;
beforeEach(async () => {
  ctx = await registry();
  await apply(whole());
});

const whole = (): PlatformFileInput => ({
  format: 1,
  workspace: ctx.workspace,
  environments: { production: { hosts: [ctx.host] }, staging: { hosts: [`s.${ctx.host}`] } },
  upstreams: {
    shop: { targets: { production: [{ url: "https://a.example" }], staging: [{ url: "https://s.example" }] } },
    old: { targets: { production: [{ url: "https://old.example" }] } },
  },
  apis: {
    books: { name: "Books", prefix: "/books", versions: { v1: version, v2: version } },
    films: { name: "Films", prefix: "/films", versions: { v1: version } },
  },
  products: {
    reading: { name: "Reading", apis: ["books", "films"], plans: { free: { name: "Free" }, gold: { name: "Gold" } } },
    watching: { name: "Watching", apis: ["films"], plans: { free: { name: "Free" } } },
  },
  organizations: {
    acme: {
      name: "Acme",
      applications: {
        web: { name: "Web", subscriptions: { reading: "gold", watching: "free" } },
        bot: { name: "Bot" },
      },
    },
    other: { name: "Other", applications: { app: { name: "App", subscriptions: { watching: "free" } } } },
  },
});

/** What is left of it, with another API where a pruned one stood. */
const less = (): PlatformFileInput => ({
  format: 1,
  workspace: ctx.workspace,
  environments: { production: { hosts: [ctx.host, `s.${ctx.host}`] } },
  upstreams: { shop: { targets: { production: [{ url: "https://a.example" }] } } },
  apis: {
    books: { name: "Books", prefix: "/books", versions: { v1: version } },
    movies: { name: "Movies", prefix: "/films", versions: { v1: version } },
  },
  products: { reading: { name: "Reading", apis: ["books"], plans: { free: { name: "Free" } } } },
  organizations: { acme: { name: "Acme", applications: { web: { name: "Web", subscriptions: { reading: "free" } } } } },
});

/** What lists of the edge's newest root name. */
function setsAtEdge(): string[] {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const global = ctx.edge.puts.get(`program:${root?.global}`) as { workspaces: Record<string, string> };
  const shared = ctx.edge.puts.get(`program:${global.workspaces[ctx.workspace]}`) as { sets: object } | undefined;
  return Object.keys(shared?.sets ?? {});
}

/** Less as well, but such that it can stand beside what it does not name. */
function beside(): PlatformFileInput {
  const { environments, upstreams } = whole();
  const books = less().apis?.["books"];
  return { ...less(), environments, upstreams, apis: books === undefined ? {} : { books } };
}

const plan = (file: PlatformFileInput, prune = true) =>
  perform(lifecycle.applyPlatformFile, ctx, { file, plan: true, prune });

async function apply(file: PlatformFileInput, prune = false) {
  const { planId } = await plan(file, prune);
  return perform(lifecycle.applyPlatformFile, ctx, { file, planId, prune });
}

function served(host: string, segment: string) {
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const hash = root?.buckets[String(bucketIndex(host, segment))];
  if (hash === undefined) return [];
  const { apis } = Bucket.parse(ctx.edge.puts.get(`bucket:${hash}`));
  return apis
    .filter((api) => api.host === host && api.workspace === ctx.workspace)
    .flatMap(({ api, versions }) => versions.map(({ name }) => `${api.slug}/${name}`));
}

describe("a plan with prune", () => {
  it("shows all that would go, and is another plan than without", async () => {
    const [pruned, kept] = [await plan(less()), await plan(beside(), false)];
    expect(pruned.changes.filter(({ kind }) => kind === "delete").map(({ resource }) => resource)).toEqual([
      "apis/books/versions/v2",
      "apis/films",
      "apis/films/versions/v1",
      "environments/staging",
      "organizations/acme/applications/bot",
      "organizations/acme/applications/web/subscriptions/watching",
      "organizations/other",
      "organizations/other/applications/app",
      "products/reading/plans/gold",
      "products/watching",
      "products/watching/plans/free",
      "upstreams/old",
    ]);
    expect(pruned.unmanaged).toEqual([]);
    expect(kept.changes.filter(({ kind }) => kind === "delete")).toEqual([]);
    const stale = perform(lifecycle.applyPlatformFile, ctx, { file: less(), planId: pruned.planId });
    await expect(stale).rejects.toMatchObject({ status: 409 });
  });
});

describe("applying with prune", () => {
  it("leaves exactly what the file names, at the edge as well", async () => {
    await apply(less(), true);
    const again = await plan(less());
    expect([again.changes, again.unmanaged]).toEqual([[], []]);
    expect((await ask(catalog.listApis, ctx, {})).items.map(({ slug }) => slug).sort()).toEqual(["books", "movies"]);
    expect([served(ctx.host, "books"), served(ctx.host, "films")]).toEqual([["books/v1"], ["movies/v1"]]);
    expect(served(`s.${ctx.host}`, "books")).toEqual(["books/v1"]);
    const web = await ask(consumers.getApplication, ctx, { application: "web" });
    expect(ctx.edge.puts.get(`application:${web.id}`)).toMatchObject({ subscriptions: [{ plan: expect.any(String) }] });
    expect([...ctx.edge.puts.keys()].filter((key) => key.startsWith("application:"))).toHaveLength(1);
    expect([...ctx.edge.puts.keys()].filter((key) => key.startsWith("plan:"))).toHaveLength(1);
  });

  it("takes a version out of an environment in which the file does not serve it", async () => {
    const file = whole();
    const books = {
      name: "Books",
      prefix: "/books",
      versions: { v1: { ...version, environments: ["production"] }, v2: version },
    };
    await apply({ ...file, apis: { ...file.apis, books } }, true);
    expect(served(`s.${ctx.host}`, "books")).toEqual(["books/v2"]);
    expect(served(ctx.host, "books")).toEqual(["books/v1", "books/v2"]);
  });

  it("takes policy sets away that the file does not name, and leaves them without being asked to", async () => {
    const set = { policies: [{ id: "key", type: "require-key" }] };
    await apply({ ...whole(), policySets: { kept: set, gone: set } });
    expect(setsAtEdge()).toEqual(["gone", "kept"]);
    await apply({ ...whole(), policySets: { kept: set } });
    expect(setsAtEdge()).toEqual(["gone", "kept"]);
    const file = { ...whole(), policySets: { kept: set } };
    expect((await plan(file)).changes).toMatchObject([{ kind: "delete", resource: "policySets/gone" }]);
    await apply(file, true);
    expect(setsAtEdge()).toEqual(["kept"]);
    expect((await plan(file)).changes).toEqual([]);
  });

  it("deletes nothing without being asked to", async () => {
    await apply(beside());
    expect((await ask(catalog.listApis, ctx, {})).items).toHaveLength(2);
    expect((await ask(consumers.listApplications, ctx, {})).items).toHaveLength(3);
  });
});

describe("what is still used", () => {
  it("is not pruned: keys of an application or an environment, and versions that are called", async () => {
    await perform(consumers.createKey, ctx, { application: "bot", name: "Bot's" });
    await perform(consumers.createKey, ctx, { application: "web", environment: "staging", name: "Rehearsal" });
    const { items } = await ask(catalog.listApis, ctx, { search: "films" });
    const web = await ask(consumers.getApplication, ctx, { application: "web" });
    const api = items[0]?.id ?? "";
    const { id: version } = await ask(catalog.getVersion, ctx, { api, version: "v1" });
    await counted(ctx, { at: Date.now() - 3_600_000, api, version, operation: "list", application: web.id });
    await expect(plan(less())).rejects.toMatchObject({
      code: "has-dependents",
      members: {
        dependents: [
          { kind: "caller", name: "Web of v1" },
          { kind: "key", name: "Bot's" },
          { kind: "key", name: "Rehearsal" },
        ],
      },
    });
  });

  it("goes once its keys are revoked, and their records with it", async () => {
    const key = await perform(consumers.createKey, ctx, { application: "bot" });
    await perform(consumers.revokeKey, ctx, { key: key.id });
    await apply(less(), true);
    expect([...ctx.edge.puts.keys()].filter((name) => name.startsWith("key:"))).toEqual([]);
  });

  it("is every environment, if the file names none", async () => {
    await expect(plan({ format: 1, workspace: ctx.workspace })).rejects.toMatchObject({ code: "state-conflict" });
  });
});
