/** Links: an operator who has one answer gets to all others. */
import { describe, expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { identity } from "../../src/identity/index.ts";
import { openShop } from "../support/stock.ts";
import { management, type Answer } from "./management.ts";

const lists = [
  "/workspaces?limit=1",
  "/settings",
  "/admins",
  "/tokens",
  "/environments",
  "/environments/production/secrets",
  "/apis",
  "/apis/books/versions",
  "/apis/books/versions/v1/revisions",
  "/apis/books/versions/v1/deployments",
  "/upstreams",
  "/policy-sets",
  "/products",
  "/products/shop/plans",
  "/organizations",
  "/organizations/acme/members",
  "/applications",
  "/subscriptions",
  "/keys",
];

/** Every address in an answer, at any depth, by its relation. */
function linksIn(value: unknown): [relation: string, address: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "links" ? (Object.entries(inner as object) as [string, string][]) : linksIn(inner),
  );
}

describe("links", () => {
  it("lead from every thing to what it has to do with, and all of them somewhere", async () => {
    const { call, ctx } = await management();
    await openShop(ctx);
    await perform(lifecycle.createPolicySet, ctx, { slug: "guarded", name: "Guarded" });
    const secret = { environment: "production", secret: "TOKEN", value: "s3cret" };
    await perform(catalog.setSecret, ctx, secret);
    await perform(identity.createAdmin, ctx, { email: "ada@example.com", name: "Ada", role: "owner" });
    await perform(identity.createAdminToken, ctx, { name: "Laptop", admin: "ada@example.com" });
    const grace = { organization: "acme", email: "grace@example.com", name: "Grace", role: "owner" } as const;
    await perform(consumers.createMember, ctx, grace);
    const text = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Books", version: "1" },
      paths: { "/b": { get: { operationId: "list", responses: {} } } },
    });
    await perform(catalog.importDocument, ctx, {
      api: "books",
      version: "v1",
      mediaType: "application/json",
      text,
    });

    const seen = new Map<string, Answer>();
    const waiting = lists.map((path) => `/manage/v1${path}`);
    for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
      if (seen.has(address)) continue;
      const answer = await call("GET", address.replace("/manage/v1", ""));
      expect([answer.status, address]).toEqual([200, address]);
      seen.set(address, answer);
      for (const [relation, link] of linksIn(answer.json)) {
        expect(link, relation).toMatch(/^\/manage\/v1\//);
        // Other tests' workspaces stand on the pages after the first.
        if (relation !== "next" && !link.includes("/workspaces/")) waiting.push(link);
      }
    }
    for (const path of lists.filter((list) => list !== "/settings")) {
      const { items = [] } = (seen.get(`/manage/v1${path}`)?.json ?? {}) as { items?: { links?: object }[] };
      expect(items.length, path).toBeGreaterThan(0);
      for (const item of items) expect(Object.keys(item.links ?? {}).length, path).toBeGreaterThan(0);
    }
  });

  it("lead through the pages of a list", async () => {
    const { call, ctx } = await management();
    for (const slug of ["a", "b", "c"]) await perform(consumers.createOrganization, ctx, { slug, name: slug });
    const slugs: string[] = [];
    for (let path: string | undefined = "/organizations?limit=2&sort=-name"; path !== undefined;) {
      const { json }: Answer = await call("GET", path);
      const page = json as { items: { slug: string }[]; links: { next?: string } };
      slugs.push(...page.items.map(({ slug }) => slug));
      path = page.links.next?.replace("/manage/v1", "");
    }
    expect(slugs).toEqual(["c", "b", "a"]);
  });
});
