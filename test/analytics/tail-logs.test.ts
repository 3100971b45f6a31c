import { ulid } from "ulid";
import { describe, expect, it } from "vitest";
import { ask, perform } from "../../src/actions/action.ts";
import { analytics } from "../../src/analytics/index.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { env } from "cloudflare:workers";
import { tailName } from "../../src/platform/logs.ts";
import { registry, type Registry } from "../support/registry.ts";
import { logLine } from "../support/log-line.ts";

const reported = (ctx: Registry, ...lines: readonly Parameters<typeof logLine>[0][]) =>
  env.TAIL.getByName(tailName(ctx.workspace)).report(lines.map(logLine), 0);

const watched = (ctx: Registry, asked: object = {}) => ask(analytics.tailLogs, ctx, { wait: "0", ...asked });

describe("tail-logs", () => {
  it("tells what ends after the first question, with the application's name", async () => {
    const ctx = await registry();
    await perform(consumers.createOrganization, ctx, { slug: "acme", name: "Acme" });
    const { id } = await perform(consumers.createApplication, ctx, {
      organization: "acme",
      slug: "reader",
      name: "Reader",
    });
    const { cursor } = await watched(ctx);
    await reported(ctx, { application: id }, { application: "" });
    const answer = await watched(ctx, { cursor });
    expect(analytics.tailLogs.output.parse(answer)).toEqual(answer);
    expect(answer.items.map(({ applicationName }) => applicationName)).toEqual(["Reader", ""]);
  });

  it("finds by slugs and by ids", async () => {
    const ctx = await registry();
    const api = await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books" });
    await perform(catalog.createVersion, ctx, { api: "books", name: "v2" });
    const { cursor } = await watched(ctx);
    const here = { api: api.id, environment: ctx.environment };
    await reported(ctx, here, { ...here, status: 404, version: "v2" }, { api: "api_other", status: 404 });
    const count = async (asked: object) => (await watched(ctx, { cursor, ...asked })).items.length;
    expect(await count({})).toBe(3);
    expect(await count({ api: "books" })).toBe(2);
    expect(await count({ api: api.id, environment: "production", status: "4xx", version: "v2" })).toBe(1);
    expect(await count({ status: "404" })).toBe(2);
    expect(await count({ method: "POST" })).toBe(0);
    for (const gone of [{ api: "boks" }, { api: "books", version: "v9" }])
      await expect(count(gone)).rejects.toMatchObject({ code: "resource-not-found" });
  });

  it("tells nobody of another workspace's calls", async () => {
    const [ctx, other] = [await registry(), await registry()];
    const { cursor } = await watched(ctx);
    await watched(other);
    await reported(other, {});
    expect((await watched(ctx, { cursor })).items).toEqual([]);
  });

  it("says where the input is wrong, and needs its scope", async () => {
    const ctx = await registry();
    const wrong = { status: "9xx", method: "get", wait: "26", cursor: "there" };
    await expect(watched(ctx, wrong)).rejects.toMatchObject({
      code: "input-invalid",
      members: {
        errors: [{ pointer: "/cursor" }, { pointer: "/wait" }, { pointer: "/method" }, { pointer: "/status" }],
      },
    });
    await expect(watched(ctx.as({ scopes: ["audit:read"] }))).rejects.toMatchObject({ code: "scope-missing" });
    const { items } = await watched(ctx, { cursor: `${ulid()}.0.0` });
    expect(items).toEqual([]);
  });
});
