/** @module A workspace that offers something: a published API, a draft, a private one, and two plans. */
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { type Registry, registry } from "../support/registry.ts";

/** What an operator could write to break out of a page. */
export const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;

const bookDocument = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Books", version: "1.0.0" },
  paths: {
    "/books": {
      get: {
        operationId: "list-books",
        summary: "List books",
        tags: ["Books"],
        responses: { "200": { description: "Books." } },
      },
      post: {
        operationId: "add-book",
        summary: hostile,
        tags: ["Books"],
        responses: { "201": { description: "Added." } },
      },
    },
    "/books/{isbn}": {
      parameters: [{ name: "isbn", in: "path", required: true, schema: { type: "string" } }],
      get: {
        operationId: "get-book",
        summary: "Read one book",
        tags: ["Books"],
        responses: { "200": { description: "A book." } },
      },
    },
  },
});

async function api(ctx: Registry, slug: string, fields: object = {}): Promise<void> {
  await perform(catalog.createApi, ctx, { slug, name: slug, prefix: `/${slug}`, ...fields });
  await perform(catalog.createVersion, ctx, {
    api: slug,
    name: "v1",
    upstream: "books",
    policies: [{ id: "key", type: "require-key" }],
  });
  await perform(catalog.importDocument, ctx, {
    api: slug,
    version: "v1",
    mediaType: "application/json",
    text: bookDocument,
  });
}

/** `bookshop` is offered; `drafty` is not published, `secret` is private, `alone` stands in no product. */
export async function offering(): Promise<Registry> {
  const ctx = await registry();
  await perform(catalog.createUpstream, ctx, {
    slug: "books",
    targets: { production: [{ url: "https://books.example" }] },
  });
  await api(ctx, "bookshop", { name: `Bookshop ${hostile}`, description: `All books. ${hostile}` });
  await api(ctx, "drafty");
  await api(ctx, "secret", { visibility: "private" });
  await api(ctx, "alone");
  for (const slug of ["bookshop", "secret", "alone"]) {
    await perform(lifecycle.publishVersion, ctx, { api: slug, version: "v1" });
  }
  await perform(catalog.createProduct, ctx, {
    slug: "reading",
    name: "Reading",
    description: "",
    apis: ["bookshop", "drafty", "secret"],
  });
  const plan = (slug: string, name: string, limits: object[]) =>
    perform(catalog.createPlan, ctx, {
      product: "reading",
      slug,
      name,
      description: "",
      limits: { mode: "exact", limits },
    });
  await plan("team", `Team ${hostile}`, [
    { name: "per-second", algorithm: "token-bucket", callsMax: 50, windowMs: 1_000, burstMax: 100 },
  ]);
  await plan("free", "Free", [
    { name: "per-minute", algorithm: "fixed-window", callsMax: 60, windowMs: 60_000 },
    { name: "per-month", algorithm: "quota", callsMax: 10_000, period: "month" },
  ]);
  return ctx;
}
