/** @module A workspace for stories about pages, made as an operator makes it: over the management API, then called. */
import type { BuiltGatehouse } from "../support/node/built-worker.ts";
import type { ScriptedUpstream } from "../support/node/scripted-upstream.ts";

const operation = (operationId: string, summary: string, tag: string) => ({
  operationId,
  summary,
  tags: [tag],
  responses: { "200": { description: "Done." } },
});
const inPath = (name: string) => [{ name, in: "path", required: true, schema: { type: "string" } }];

const catalogueDocument = {
  openapi: "3.1.0",
  info: { title: "Catalogue", version: "1.0.0" },
  paths: {
    "/books": {
      get: operation("list-books", "List books", "Books"),
      post: operation("add-book", "Put a book on the shelves", "Books"),
    },
    "/books/{isbn}": {
      parameters: inPath("isbn"),
      get: operation("read-book", "Read one book", "Books"),
      patch: { ...operation("mend-book", "Set a price note", "Books"), deprecated: true },
    },
    "/books/{isbn}/editions": {
      parameters: inPath("isbn"),
      get: operation("list-editions", "List its other editions", "Books"),
    },
    "/contributors/{contributor}": {
      parameters: inPath("contributor"),
      get: operation("read-contributor", "Read one contributor", "Contributors"),
    },
    "/lists/{list}/books/{isbn}": {
      parameters: [...inPath("list"), ...inPath("isbn")],
      put: operation("list-book", "Put a book on a list", "Lists"),
      delete: operation("unlist-book", "Take a book off", "Lists"),
    },
  },
};

/** Answers the key of an application that may call the catalogue. */
export async function openBookshop(gatehouse: BuiltGatehouse, upstream: ScriptedUpstream): Promise<string> {
  const manage = async (method: string, path: string, body?: unknown) => {
    const answer = await gatehouse.manage(method, `/manage/v1${path}`, {
      body: method === "POST" ? (body ?? {}) : body,
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json() as Record<string, string>;
  };
  await manage("PATCH", "/environments/production", { hosts: ["*", "api.localhost"] });
  await manage("PATCH", "/workspaces/default", { name: "Harbour Books" });
  await manage("POST", "/upstreams", { slug: "books", targets: { production: [{ url: upstream.url }] } });
  const api = async (slug: string, name: string, description: string, versions: readonly string[]) => {
    await manage("POST", "/apis", { slug, name, description, prefix: `/${slug}` });
    for (const version of versions) await addVersion(manage, slug, version);
  };
  await api("catalogue", "Catalogue", "Every book on our shelves: titles, editions, contributors, covers, prices.", [
    "v1",
    "v2",
  ]);
  await api("orders", "Orders", "Place, follow and cancel orders, for one copy or a pallet.", ["2026-11-01"]);
  await manage("POST", "/apis", {
    slug: "stock",
    name: "Stock",
    description: "How many copies, in which shop.",
    prefix: "/stock",
  });
  await manage("POST", "/apis/stock/versions", { name: "v1", upstream: "books" });
  await manage("PATCH", "/apis/catalogue/versions/v1", { successor: "v2" });
  await manage("POST", "/apis/catalogue/versions/v1/deprecate");

  await manage("POST", "/products", { slug: "reading", name: "Reading", apis: ["catalogue", "orders"] });
  const month = (callsMax: number) => ({ name: "per-month", algorithm: "quota", callsMax, period: "month" });
  const plan = (slug: string, name: string, limits: object) =>
    manage("POST", "/products/reading/plans", { slug, name, limits });
  await plan("free", "Free", {
    mode: "exact",
    limits: [{ name: "per-minute", algorithm: "fixed-window", callsMax: 6, windowMs: 60_000 }, month(10_000)],
  });
  await plan("bookseller", "Bookseller", {
    limits: [
      { name: "per-minute", algorithm: "token-bucket", callsMax: 600, windowMs: 60_000, burstMax: 50 },
      month(500_000),
    ],
  });
  await plan("trade", "Trade", { mode: "exact", limits: [] });

  await manage("POST", "/organizations", { slug: "pagewise", name: "Pagewise Ltd" });
  await manage("POST", "/applications", { organization: "pagewise", slug: "ios", name: "Pagewise iOS" });
  await manage("POST", "/applications", { organization: "pagewise", slug: "watch", name: "Price Watch" });
  await manage("POST", "/applications/watch/suspend");
  await manage("POST", "/subscriptions", { application: "ios", product: "reading", plan: "free" });
  return (await manage("POST", "/applications/ios/keys", { name: "iPhone release" }))["key"] ?? "";
}

async function addVersion(
  manage: (method: string, path: string, body?: unknown) => Promise<unknown>,
  api: string,
  name: string,
) {
  const policies = [
    { id: "cors", type: "cors", config: { origins: ["https://shop.example"] } },
    { id: "key", type: "require-key" },
    { id: "caller", type: "require-principal" },
  ];
  await manage("POST", `/apis/${api}/versions`, { name, upstream: "books", policies });
  await manage("PUT", `/apis/${api}/versions/${name}/document`, catalogueDocument);
  await manage("POST", `/apis/${api}/versions/${name}/publish`);
}
