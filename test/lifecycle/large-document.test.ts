import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { contentParts, contents } from "../../schema/contents.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Program } from "../../src/model/program.ts";
import { registry } from "../support/registry.ts";

/** A description with 1,000 operations and 6 MB of text that does not compress to one row. */
function largeDocument(): string {
  const noise = () => Array.from(crypto.getRandomValues(new Uint8Array(2_000)), (byte) => byte.toString(16)).join("");
  const paths: Record<string, unknown> = {};
  for (let n = 0; n < 500; n += 1) {
    const responses = { "200": { description: noise() } };
    const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
    paths[`/things-${n}/{id}`] = {
      parameters,
      get: { operationId: `get-thing-${n}`, summary: `Gets thing ${n}`, tags: ["things"], responses },
      put: { operationId: `put-thing-${n}`, summary: `Puts thing ${n}`, tags: ["things"], responses },
    };
  }
  return JSON.stringify({ openapi: "3.1.0", info: { title: "Large", version: "1" }, paths });
}

it("imports, publishes and gives back a document of a thousand operations", { timeout: 60_000 }, async () => {
  const ctx = await registry();
  const text = largeDocument();
  await perform(catalog.createUpstream, ctx, {
    slug: "large",
    targets: { production: [{ url: "https://l.example" }] },
  });
  await perform(catalog.createApi, ctx, { slug: "large", name: "Large", prefix: "/large" });
  await perform(catalog.createVersion, ctx, { api: "large", name: "v1", upstream: "large" });
  const ref = { api: "large", version: "v1" };
  const imported = await perform(catalog.importDocument, ctx, { ...ref, mediaType: "application/json", text });
  expect(imported).toMatchObject({ operations: 1_000, findings: [] });
  const { program } = await perform(lifecycle.publishVersion, ctx, ref);
  const stored = Program.parse(ctx.edge.puts.get(`program:${program}`));
  expect(stored.kind === "revision" && stored.routes.length).toBe(1_000);
  expect((await ask(catalog.getDocument, ctx, ref)).text).toBe(text);

  const kept = await ctx.db.select().from(contents).where(eq(contents.workspace, ctx.workspace));
  const document = kept.find(({ kind }) => kind === "document");
  expect(document?.parts).toBeGreaterThan(1);
  const parts = await ctx.db.select().from(contentParts).where(eq(contentParts.workspace, ctx.workspace));
  expect(Math.max(...parts.map(({ body }) => body.length))).toBeLessThanOrEqual(1_000_000);
});
