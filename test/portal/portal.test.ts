import { beforeAll, describe, expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { problems } from "../../src/model/problem.ts";
import { createPortal } from "../../src/portal/index.tsx";
import type { BasePath } from "../../src/ui/site.ts";
import type { Registry } from "../support/registry.ts";
import { offering } from "./offer.ts";

let ctx: Registry;
beforeAll(async () => {
  ctx = await offering();
});

function portal(basePath: BasePath = "", registry: Registry = ctx) {
  const visitor = registry.as({ kind: "system", id: "portal", scopes: ["catalog:read"] });
  const app = createPortal({
    basePath,
    context: async () => visitor,
    gatewayOrigin: (_request, hosts) => `https://${hosts[0] ?? "none"}`,
  });
  return async (path: string) => {
    const response = await app.request(`https://portal.test${path}`);
    return { response, status: response.status, html: await response.text() };
  };
}

describe("the portal", () => {
  it("shows what is offered, and a call that works as it stands", async () => {
    const { status, html } = await portal()("/");
    expect(status).toBe(200);
    expect(html).toContain("Bookshop");
    expect(html).toContain(`https://${ctx.host}/bookshop/v1/books`);
    expect(html).toContain("per-minute");
    // 60 a minute is less than 50 a second.
    expect(html).toContain("Plans begin at 60 calls a minute.");
  });

  it("never shows drafts, private APIs, APIs outside of products, or upstream addresses", async () => {
    const get = portal();
    const pages = await Promise.all(["/", "/apis", "/apis?q=books", "/apis/bookshop"].map(get));
    for (const { status, html } of pages) {
      expect(status).toBe(200);
      for (const hidden of ["drafty", "secret", "alone", "books.example"]) expect(html).not.toContain(hidden);
    }
    for (const slug of ["drafty", "secret", "alone", "nothing"]) {
      const { status, html } = await get(`/apis/${slug}`);
      expect(status).toBe(404);
      expect(html).toContain("There is nothing at this address");
    }
  });

  it("shows an API's plans in words, its versions and its operations by tag", async () => {
    const { html } = await portal()("/apis/bookshop");
    for (const text of ["Calls a minute", "Calls a month", "10,000", "50, at most 100 at once", "No limit", "Exact"]) {
      expect(html).toContain(text);
    }
    // The smaller plan first, though it was made last.
    expect(html.indexOf('"plan-name">Free')).toBeGreaterThan(0);
    expect(html.indexOf('"plan-name">Free')).toBeLessThan(html.indexOf('"plan-name">Team'));
    // Short windows first, whatever the order of the plans.
    const rows = ["Calls a second", "Calls a minute", "Calls a month"].map((subject) => html.indexOf(subject));
    expect(rows).toEqual(rows.toSorted((one, other) => one - other));
    expect(rows[0]).toBeGreaterThan(0);
    for (const text of ["Published", "List books", "/books/{isbn}", "3 operations"]) expect(html).toContain(text);
    expect((await portal()("/apis/bookshop/v1")).status).toBe(200);
    expect((await portal()("/apis/bookshop/v9")).status).toBe(404);
  });

  it("says until when a deprecated version answers, and where to go", async () => {
    const ending = await offering();
    const version = { api: "bookshop", version: "v1" };
    const sunsetAt = Date.UTC(2099, 2, 1);
    const guideUrl = "https://docs.example/moving?to=v2";
    await perform(lifecycle.deprecateVersion, ending, { ...version, sunsetAt, guideUrl });
    const { html } = await portal("", ending)("/apis/bookshop/v1");
    expect(html).toContain("It answers until 1 Mar 2099");
    expect(html).toContain(`<a href="${guideUrl}">Read how to move on</a>`);
  });

  it("finds operations by any word, and says so when there are none", async () => {
    const { html } = await portal()("/apis?q=ISBN");
    expect(html).toContain("1 operation in 1 API mention");
    expect(html).toContain("<mark>isbn</mark>");
    expect((await portal()("/apis?q=%3Cb%3Ezebra")).html).toContain("Nothing mentions “&lt;b&gt;zebra”");
  });

  it("writes names and descriptions as text, whatever they hold", async () => {
    for (const path of ["/", "/apis", "/apis?q=script", "/apis/bookshop"]) {
      const { html } = await portal()(path);
      expect(html).toContain("&lt;");
      expect(html).not.toMatch(/<script>|<img/);
      expect(html.match(/<script/g)).toHaveLength(1);
    }
  });

  it("has a page for every problem, with an example that names its own address", async () => {
    const get = portal();
    for (const [code, kind] of Object.entries(problems)) {
      const { status, html } = await get(`/problems/${code}`);
      expect(status).toBe(200);
      expect(html).toContain(`${kind.status}`);
      if (code !== "quota-exceeded") expect(html).toContain(`https://portal.test/problems/${code}`);
    }
    const list = await get("/problems");
    for (const code of Object.keys(problems)) expect(list.html).toContain(`href="/problems/${code}"`);
    expect((await get("/problems/toString")).status).toBe(404);
  });

  it("links below its base path on one host", async () => {
    const get = portal("/portal");
    for (const path of ["/portal", "/portal/apis", "/portal/apis/bookshop", "/portal/problems/quota-exceeded"]) {
      const { status, html } = await get(path);
      expect(status).toBe(200);
      const links = [...html.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1]);
      expect(links.length).toBeGreaterThan(4);
      for (const link of links) expect(link).toMatch(/^\/portal(\/|$)/);
    }
    expect((await get("/portal/problems/route-not-found")).html).toContain("https://portal.test/portal/problems/route");
    expect((await get("/apis")).status).toBe(404);
  });

  it("answers every page under the strict policy, without a style attribute or inline script", async () => {
    const get = portal();
    for (const path of ["/", "/apis/bookshop", "/problems", "/problems/internal-error", "/nothing"]) {
      const { response, html } = await get(path);
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("referrer-policy")).toBe("same-origin");
      expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      // Values stand in quotes: what is left are names of elements and attributes.
      expect(html.replaceAll(/"[^"]*"/g, "")).not.toMatch(/<style|<[a-z][^>]*\s(?:style|on[a-z]+)=/);
      expect(html.startsWith("<!doctype html>")).toBe(true);
    }
  });

  it("still explains problems when the registry does not answer", async () => {
    const app = createPortal({
      basePath: "",
      context: async () => {
        throw new Error("no registry");
      },
      gatewayOrigin: () => "",
    });
    expect((await app.request("/problems/registry-unavailable")).status).toBe(200);
    const home = await app.request("/");
    expect(home.status).toBe(503);
    expect(await home.text()).not.toContain("no registry");
  });
});
