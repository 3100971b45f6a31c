import { describe } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { secretBox } from "../../src/model/secret.ts";
import { describeArea, type ActionCase } from "../support/action-cases.ts";
import { formerKey, type Registry } from "../support/registry.ts";
import type { Shop } from "../support/stock.ts";

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  paths: { "/": { get: { operationId: "list", responses: {} } } },
});
const v1 = { api: "books", version: "v1" };
const getBook = { ...v1, operation: "get-book" };

const token = { environment: "production", secret: "TOKEN" };
const setToken = (_shop: Shop, ctx: Registry) => perform(catalog.setSecret, ctx, { ...token, value: "s3cret" });

const cases: ActionCase[] = [
  {
    does: catalog.setSecret,
    input: () => ({ ...token, environment: "staging", value: "s3cret" }),
    before: (_shop, ctx) => perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" }),
    wrong: { input: { ...token, secret: "token", value: "" }, pointers: ["/secret", "/value"] },
  },
  {
    does: catalog.bindSecret,
    before: setToken,
    input: () => ({ ...token, hosts: ["shop.example"] }),
    wrong: { input: { ...token, hosts: ["https://shop.example"] }, pointers: ["/hosts/0"] },
  },
  {
    does: catalog.getSecret,
    before: setToken,
    input: () => token,
    wrong: { input: { environment: "production" }, pointers: ["/secret"] },
  },
  {
    does: catalog.listSecrets,
    before: (_shop, ctx) => perform(catalog.createEnvironment, ctx, { slug: "staging", name: "Staging" }),
    input: () => ({ environment: "staging" }),
    wrong: { input: {}, pointers: ["/environment"] },
  },
  {
    does: catalog.deleteSecret,
    before: setToken,
    input: () => token,
    wrong: { input: { environment: "production" }, pointers: ["/secret"] },
  },
  {
    does: catalog.resealSecrets,
    before: (shop, ctx) => setToken(shop, { ...ctx, secrets: secretBox([formerKey]) }),
    input: () => ({}),
    names: "nothing",
    wrong: { input: { all: true }, pointers: ["/all"] },
  },
  {
    does: catalog.createApi,
    input: () => ({ slug: "films", name: "Films", prefix: "/films" }),
    names: "nothing",
    wrong: { input: { slug: "Not A Slug", name: "", prefix: "no" }, pointers: ["/slug", "/name", "/prefix"] },
  },
  {
    does: catalog.updateApi,
    input: () => ({ api: "books", name: "All books" }),
    wrong: { input: { api: "books", style: "soap" }, pointers: ["/style"] },
  },
  { does: catalog.getApi, input: () => ({ api: "books" }), wrong: { input: {}, pointers: ["/api"] } },
  {
    does: catalog.listApis,
    input: () => ({ limit: "1" }),
    names: "nothing",
    wrong: { input: { limit: 0 }, pointers: ["/limit"] },
  },
  {
    does: catalog.createVersion,
    input: () => ({ api: "books", name: "v2", upstream: "origin" }),
    wrong: {
      input: { api: "books", name: "v/2", policies: [{ id: "A", type: "cors" }] },
      pointers: ["/name", "/policies/0/id"],
    },
  },
  {
    does: catalog.updateVersion,
    input: () => ({ ...v1, policies: [] }),
    wrong: { input: { ...v1, upstream: 7 }, pointers: ["/upstream"] },
  },
  { does: catalog.getVersion, input: () => v1, wrong: { input: { api: "books" }, pointers: ["/version"] } },
  { does: catalog.getDraft, input: () => v1, wrong: { input: { api: "books" }, pointers: ["/version"] } },
  { does: catalog.listOperations, input: () => v1, wrong: { input: { ...v1, sort: "size" }, pointers: ["/sort"] } },
  { does: catalog.getOperation, input: () => getBook, wrong: { input: v1, pointers: ["/operation"] } },
  {
    does: catalog.createOperation,
    input: () => ({ ...v1, operation: "list", method: "GET", path: "/books" }),
    wrong: {
      input: { ...v1, operation: "", method: "get", path: "books" },
      pointers: ["/operation", "/method", "/path"],
    },
  },
  {
    does: catalog.updateOperation,
    input: () => ({ ...getBook, path: "/all/{isbn}" }),
    wrong: { input: { ...getBook, policies: [{ id: "A", type: "cors" }] }, pointers: ["/policies/0/id"] },
  },
  { does: catalog.deleteOperation, input: () => getBook, wrong: { input: v1, pointers: ["/operation"] } },
  {
    does: catalog.listVersions,
    input: () => ({ api: "books" }),
    wrong: { input: { api: "" }, pointers: ["/api"] },
  },
  {
    does: catalog.importDocument,
    input: () => ({ ...v1, mediaType: "application/json", text: document }),
    wrong: { input: { ...v1, mediaType: "application/json", text: "" }, pointers: ["/text"] },
  },
  {
    does: catalog.getDocument,
    before: (_shop, ctx) => importFirst(ctx),
    input: () => v1,
    wrong: { input: { ...v1, format: "yaml" }, pointers: ["/format"] },
  },
  {
    does: catalog.createUpstream,
    input: () => ({ slug: "other", targets: { production: [{ url: "https://other.example" }] } }),
    names: "nothing",
    wrong: {
      input: { slug: "other", targets: { production: [{ url: "ftp://x" }] } },
      pointers: ["/targets/production/0/url"],
    },
  },
  {
    does: catalog.updateUpstream,
    input: () => ({ upstream: "origin", targets: { production: [{ url: "https://new.example", weight: 2 }] } }),
    wrong: {
      input: { upstream: "origin", settings: { timeouts: { idleMs: 1 } } },
      pointers: ["/settings/timeouts/idleMs"],
    },
  },
  {
    does: catalog.getPolicySet,
    before: (_shop, ctx) => perform(lifecycle.createPolicySet, ctx, { slug: "guarded", name: "Guarded" }),
    input: () => ({ set: "guarded" }),
    wrong: { input: {}, pointers: ["/set"] },
  },
  {
    does: catalog.listPolicySets,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { limit: 0 }, pointers: ["/limit"] },
  },
  { does: catalog.getUpstream, input: () => ({ upstream: "origin" }), wrong: { input: {}, pointers: ["/upstream"] } },
  {
    does: catalog.listUpstreams,
    input: () => ({}),
    names: "nothing",
    wrong: { input: { page: 2 }, pointers: ["/page"] },
  },
  {
    does: catalog.createEnvironment,
    input: (_shop, ctx) => ({ slug: "staging", name: "Staging", hosts: [`staging.${ctx.host}`] }),
    names: "nothing",
    wrong: { input: { slug: "s", name: "S", hosts: ["UPPER", "http://x"] }, pointers: ["/hosts/0", "/hosts/1"] },
  },
  {
    does: catalog.updateEnvironment,
    input: (shop, ctx) => ({ environment: ctx.environment, hosts: [`new.${ctx.host}`], name: shop.api.name }),
    wrong: { input: { environment: "production", hosts: "x" }, pointers: ["/hosts"] },
  },
  {
    does: catalog.getEnvironment,
    input: (_shop, ctx) => ({ environment: ctx.environment }),
    wrong: { input: {}, pointers: ["/environment"] },
  },
  { does: catalog.listEnvironments, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  {
    does: catalog.createProduct,
    input: () => ({ slug: "films", name: "Films", apis: ["books"] }),
    wrong: { input: { slug: "films", name: "Films", apis: [1] }, pointers: ["/apis/0"] },
  },
  {
    does: catalog.updateProduct,
    input: () => ({ product: "shop", apis: [] }),
    wrong: { input: { product: "shop", name: " " }, pointers: ["/name"] },
  },
  { does: catalog.getProduct, input: () => ({ product: "shop" }), wrong: { input: {}, pointers: ["/product"] } },
  { does: catalog.listProducts, input: () => ({}), names: "nothing", wrong: { input: { x: 1 }, pointers: ["/x"] } },
  {
    does: catalog.createPlan,
    input: () => ({ product: "shop", slug: "gold", name: "Gold" }),
    wrong: {
      input: { product: "shop", slug: "gold", name: "Gold", limits: { limits: [{ name: "m", algorithm: "quota" }] } },
      pointers: ["/limits/limits/0/callsMax", "/limits/limits/0/period"],
    },
  },
  {
    does: catalog.updatePlan,
    input: () => ({ product: "shop", plan: "free", limits: { mode: "exact" } }),
    wrong: { input: { product: "shop", plan: "free", limits: { mode: "?" } }, pointers: ["/limits/mode"] },
  },
  {
    does: catalog.getPlan,
    input: () => ({ product: "shop", plan: "free" }),
    wrong: { input: { product: "shop" }, pointers: ["/plan"] },
  },
  { does: catalog.listPlans, input: () => ({ product: "shop" }), wrong: { input: {}, pointers: ["/product"] } },
  {
    does: catalog.deleteApi,
    before: (_shop, ctx) => perform(catalog.createApi, ctx, { slug: "spare", name: "Spare", prefix: "/spare" }),
    input: () => ({ api: "spare" }),
    wrong: { input: {}, pointers: ["/api"] },
  },
  {
    does: catalog.deleteVersion,
    before: (_shop, ctx) => perform(catalog.createVersion, ctx, { api: "books", name: "v9" }),
    input: () => ({ api: "books", version: "v9" }),
    wrong: { input: { api: "books" }, pointers: ["/version"] },
  },
  {
    does: catalog.deleteUpstream,
    before: (_shop, ctx) => perform(catalog.createUpstream, ctx, { slug: "spare" }),
    input: () => ({ upstream: "spare" }),
    wrong: { input: {}, pointers: ["/upstream"] },
  },
  {
    does: catalog.deleteEnvironment,
    before: (_shop, ctx) => perform(catalog.createEnvironment, ctx, { slug: "spare", name: "Spare" }),
    input: () => ({ environment: "spare" }),
    wrong: { input: {}, pointers: ["/environment"] },
  },
  {
    does: catalog.deleteProduct,
    before: (_shop, ctx) => perform(catalog.createProduct, ctx, { slug: "spare", name: "Spare" }),
    input: () => ({ product: "spare" }),
    wrong: { input: {}, pointers: ["/product"] },
  },
  {
    does: catalog.deletePlan,
    before: (_shop, ctx) => perform(catalog.createPlan, ctx, { product: "shop", slug: "spare", name: "Spare" }),
    input: () => ({ product: "shop", plan: "spare" }),
    wrong: { input: { product: "shop" }, pointers: ["/plan"] },
  },
];

describe("catalog", () => describeArea(catalog, cases));

async function importFirst(ctx: Parameters<NonNullable<ActionCase["before"]>>[1]): Promise<void> {
  await perform(catalog.importDocument, ctx, { ...v1, mediaType: "application/json", text: document });
}
