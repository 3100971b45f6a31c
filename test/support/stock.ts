import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import type { Context } from "../../src/actions/context.ts";

/** A small but whole catalogue: an API with a version that is ready to publish, a product with a plan, and who consumes it. */
export async function stock(ctx: Context) {
  const upstream = await perform(catalog.createUpstream, ctx, {
    slug: "origin",
    targets: { production: [{ url: "https://books.example/base" }] },
  });
  const api = await perform(catalog.createApi, ctx, { slug: "books", name: "Books", prefix: "/books" });
  const version = await perform(catalog.createVersion, ctx, {
    api: "books",
    name: "v1",
    upstream: "origin",
    operations: [{ id: "get-book", method: "GET", path: "/books/{isbn}" }],
    policies: [{ id: "key", type: "require-key" }],
  });
  const product = await perform(catalog.createProduct, ctx, { slug: "shop", name: "Shop", apis: ["books"] });
  const plan = await perform(catalog.createPlan, ctx, {
    product: "shop",
    slug: "free",
    name: "Free",
    limits: { limits: [{ name: "per-minute", algorithm: "fixed-window", callsMax: 10, windowMs: 60_000 }] },
  });
  const organization = await perform(consumers.createOrganization, ctx, { slug: "acme", name: "Acme" });
  const application = await perform(consumers.createApplication, ctx, {
    organization: "acme",
    slug: "web",
    name: "Web",
  });
  return { upstream, api, version, product, plan, organization, application };
}

export type Stock = Awaited<ReturnType<typeof stock>>;

/** The stock with its version published, a subscription and a key. */
export async function openShop(ctx: Context) {
  const stocked = await stock(ctx);
  const publication = await perform(lifecycle.publishVersion, ctx, { api: "books", version: "v1" });
  const subscription = await perform(consumers.createSubscription, ctx, {
    application: "web",
    product: "shop",
    plan: "free",
  });
  const key = await perform(consumers.createKey, ctx, { application: "web" });
  return { ...stocked, publication, subscription, key };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
