import { env } from "cloudflare:workers";
import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import { usageTotals } from "../../schema/analytics.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { createConsole } from "../../src/console/index.tsx";
import { consumers } from "../../src/consumers/index.ts";
import { findHolder, identity } from "../../src/identity/index.ts";
import type { Explanation } from "../../src/model/explanation.ts";
import { explanationText } from "../../src/model/explanation.ts";
import { hashSecret } from "../../src/model/credential.ts";
import { sealer } from "../../src/model/seal.ts";
import type { BasePath } from "../../src/ui/site.ts";
import { hostile, offering } from "../portal/offer.ts";
import { registry, type Registry } from "../support/registry.ts";

const origin = "https://console.test";
const ours = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
const explanations = sealer(env.KEY_SECRET, "explanation");
const sessions = sealer(env.KEY_SECRET, "console-session");

let ctx: Registry;
let api: { readonly id: string };
let clock = 0;

beforeAll(async () => {
  ctx = await offering();
  api = await ask(catalog.getApi, ctx, { api: "bookshop" });
  await perform(consumers.createOrganization, ctx, { slug: "corner", name: `Corner ${hostile}` });
  const front = await perform(consumers.createApplication, ctx, {
    organization: "corner",
    slug: "front",
    name: "Storefront",
  });
  await perform(consumers.createSubscription, ctx, { application: "front", product: "reading", plan: "free" });
  await ctx.db.insert(usageTotals).values({
    source: `ledger-${ctx.workspace}`,
    minute: Math.floor((Date.now() - 7_200_000) / 60_000),
    workspace: ctx.workspace,
    environment: "production",
    subscription: "",
    application: front.id,
    api: api.id,
    version: "",
    operation: "list-books",
    meter: "calls",
    calls: 1_234,
    units: 1_234,
    classes: { "2xx": 1_200, "3xx": 4, "4xx": 20, "5xx": 10 },
    histogram: [0, 0, 0, 0, 1_234, 0, 0, 0, 0, 0, 0, 0],
    reportVersion: 1,
  });
});

function browser(basePath: BasePath = "") {
  clock = Date.now();
  const app = createConsole({
    basePath,
    sessions,
    explanations,
    actorOf: (hash) => findHolder({ db: ctx.db, now: () => clock }, hash),
    context: (_request, actor, workspace) => ({ ...ctx, actor, workspace }),
    now: () => clock,
  });
  let cookie = "";
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === "" ? {} : { cookie }) };
    const response = await app.request(`${origin}${path}`, { ...init, headers });
    const set = response.headers.get("set-cookie");
    if (set !== null) cookie = /Max-Age=0/.test(set) ? "" : (set.split(";")[0] ?? "");
    return {
      response,
      status: response.status,
      location: response.headers.get("location"),
      html: await response.text(),
      set,
    };
  };
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = ours) =>
    send(path, { method: "POST", body: new URLSearchParams(form).toString(), headers });
  return { get: send, post, send };
}

const makeToken = async (scopes: ("*" | "catalog:read")[] = ["*"], expiresAt: number | null = null) =>
  perform(identity.createAdminToken, ctx, { name: "a test", scopes, expiresAt });

async function signedIn(basePath: BasePath = "", scopes?: ("*" | "catalog:read")[]) {
  const made = await makeToken(scopes);
  const tab = browser(basePath);
  await tab.post(`${basePath}/sign-in`, { token: made.token });
  return { ...tab, made, home: `${basePath}/w/${ctx.workspace}` };
}

describe("signing in", () => {
  it("sends everybody without a session to the form, and back to where they wanted to go", async () => {
    const tab = browser();
    for (const path of [`/w/${ctx.workspace}/apis?x=1`, "/w/other/explain", "/nothing-here"]) {
      const { status, location } = await tab.get(path);
      expect(status).toBe(303);
      expect(location).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    }
    const { token } = await makeToken();
    const { status, location, set } = await tab.post("/sign-in", { token: ` ${token}\n`, next: "/w/x/apis?y=2" });
    expect(status).toBe(303);
    expect(location).toBe("/w/x/apis?y=2");
    expect(set).toMatch(/^__Host-gatehouse-console=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it("keeps neither the token nor its hash readable in the cookie", async () => {
    const { token } = await makeToken();
    const { set } = await browser().post("/sign-in", { token });
    expect(set).not.toContain(token);
    expect(set).not.toContain(await hashSecret(token));
  });

  it("says the same whatever is wrong with the token, and shows nothing of it", async () => {
    const revoked = await makeToken();
    await perform(identity.revokeAdminToken, ctx, { token: revoked.id });
    const ended = await makeToken(["*"], Date.now() - 1);
    const pages = await Promise.all(
      ["", "nonsense", "x".repeat(600), revoked.token, ended.token].map((token) =>
        browser().post("/sign-in", { token }),
      ),
    );
    for (const { status, html, set } of pages) {
      expect(status).toBe(403);
      expect(set).toBeNull();
      expect(html).toBe(pages[0]?.html);
      expect(html).toContain("<title>Error: Sign in · Gatehouse</title>");
      expect(html).toContain('role="alert"');
      expect(html).toContain('aria-invalid="true"');
    }
  });

  it("leads nowhere else afterwards", async () => {
    const { token } = await makeToken();
    for (const next of [
      "//evil.test",
      "/\\evil.test",
      "https://evil.test",
      "javascript:alert(1)",
      "/\n/evil.test",
      "",
    ]) {
      expect((await browser().post("/sign-in", { token, next })).location).toBe("/");
    }
  });

  it("takes no form from another site, and none that is too large", async () => {
    const { token } = await makeToken();
    const tab = browser();
    for (const headers of [
      { ...ours, "sec-fetch-site": "cross-site" },
      { ...ours, "sec-fetch-site": "same-site" },
      { "content-type": ours["content-type"], origin: "null" },
      { "content-type": ours["content-type"] },
    ]) {
      const { status, set } = await tab.post("/sign-in", { token }, headers);
      expect(status).toBe(403);
      expect(set).toBeNull();
    }
    const large = await tab.post("/sign-in", { token, next: "x".repeat(9_000) });
    expect(large).toMatchObject({ status: 403, set: null });
  });
});

describe("a session", () => {
  it("ends with its token, at the next request", async () => {
    const { get, home, made } = await signedIn();
    expect((await get(home)).status).toBe(200);
    await perform(identity.revokeAdminToken, ctx, { token: made.id });
    const { status, location, set } = await get(home);
    expect(status).toBe(303);
    expect(location).toContain("/sign-in");
    expect(set).toContain("Max-Age=0");
  });

  it("ends after a day, and with sign-out", async () => {
    const { get, post, home } = await signedIn();
    clock += 23 * 3_600_000;
    expect((await get(home)).status).toBe(200);
    clock += 2 * 3_600_000;
    expect((await get(home)).status).toBe(303);

    const other = await signedIn();
    expect((await other.post("/sign-out", {}, { ...ours, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await other.get(other.home)).status).toBe(200);
    expect((await other.post("/sign-out", {})).location).toBe("/sign-in");
    expect((await other.get(other.home)).status).toBe(303);
    expect((await post("/sign-out", {})).status).toBe(303);
  });

  it("is not what another purpose, secret or time sealed", async () => {
    const { made } = await signedIn();
    const hash = await hashSecret(made.token);
    const text = `${hash} ${Date.now() + 1_000_000}`;
    const tab = browser();
    const forged = [
      await explanations.seal(text),
      await sealer("another secret", "console-session").seal(text),
      await sessions.seal(`${hash} ${clock - 1}`),
      await sessions.seal(hash),
      "nonsense",
    ];
    for (const value of forged) {
      const answer = await tab.send(`/w/${ctx.workspace}`, {
        headers: { cookie: `__Host-gatehouse-console=${value}` },
      });
      expect(answer.status).toBe(303);
    }
    // Without the prefix a proxied page could set it.
    const good = await sessions.seal(text);
    expect((await tab.send("/", { headers: { cookie: `gatehouse-console=${good}` } })).location).toContain("sign-in");
  });
});

describe("pages", () => {
  it("opens the workspace of the token", async () => {
    const { get, home } = await signedIn();
    expect((await get("/")).location).toBe(home);
  });

  it("shows the last 24 hours, APIs with states, and applications", async () => {
    const { get, home } = await signedIn();
    const { status, html, response } = await get(home);
    expect(status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    for (const text of [
      "1,234",
      "0.81",
      "1.6",
      "Storefront",
      "Reading on Free",
      "drafty",
      "secret",
      "Draft",
      "Private",
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain("Calls by hour: most from");
    expect(html).toContain("The same from a terminal");
    expect(html).toContain(`Gatehouse-Workspace: ${ctx.workspace}`);
  });

  it("shows an API's versions, revisions, operations and policies", async () => {
    const { get, home } = await signedIn();
    const { html } = await get(`${home}/apis/bookshop`);
    for (const text of ["r1", "Production".toLowerCase(), "/books/{isbn}", "require-key", "3 operations"]) {
      expect(html).toContain(text);
    }
    expect((await get(`${home}/apis/bookshop/v1`)).status).toBe(200);
    expect((await get(`${home}/apis/bookshop/v9`)).status).toBe(404);
    expect((await get(`${home}/apis/nothing`)).status).toBe(404);
    expect((await get(`${home}/apis/drafty`)).html).toContain("Not live anywhere");
  });

  it("answers what is another workspace's as if it were not there", async () => {
    const other = await registry();
    const { get } = await signedIn();
    const foreign = await get(`/w/${other.workspace}`);
    const missing = await get("/w/no-such-workspace");
    expect(foreign.status).toBe(404);
    expect(foreign.html).toBe(missing.html);
  });

  it("shows what a lesser token may see, and says what it may not", async () => {
    const { get, home } = await signedIn("", ["catalog:read"]);
    const { status, html } = await get(home);
    expect(status).toBe(200);
    expect(html).toContain("Bookshop");
    expect(html).toContain("Usage could not be read");
    expect(html).toContain("consumers:read");
    expect(html).not.toContain("Storefront");
    expect((await get(`${home}/explain?instance=urn:x`)).status).toBe(403);
  });

  it("writes names as text, and keeps the strict policy", async () => {
    const { get, home } = await signedIn();
    for (const path of [
      "",
      "/apis",
      "/apis/bookshop",
      "/applications",
      `/explain?instance=${encodeURIComponent(hostile)}`,
    ]) {
      const { html, response } = await get(home + path);
      expect(html).not.toMatch(/<script>|<img/);
      expect(html.replaceAll(/"[^"]*"/g, "")).not.toMatch(/<style|<[a-z][^>]*\s(?:style|on[a-z]+)=/);
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(response.headers.get("x-frame-options")).toBe("DENY");
    }
  });

  it("links below its base path on one host", async () => {
    const { get, home } = await signedIn("/console");
    for (const path of ["", "/apis", "/apis/bookshop", "/applications", "/explain"]) {
      const { status, html } = await get(home + path);
      expect(status).toBe(200);
      const links = [...html.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1]);
      expect(links.length).toBeGreaterThan(8);
      for (const link of links) expect(link).toMatch(/^\/console\//);
    }
    expect((await browser("/console").get("/console/w/x")).location).toBe("/console/sign-in?next=%2Fw%2Fx");
  });
});

describe("explaining a refusal", () => {
  const explanation: Explanation = {
    at: Date.UTC(2026, 10, 22, 14, 5),
    workspace: "",
    environment: "production",
    code: "quota-exceeded",
    decidedBy: "plan-limits",
    type: "plan-limits",
    origin: "plan",
    route: "GET /books/{isbn}",
    api: "bookshop",
    version: "v1",
    application: "app_1",
    credential: "key_1",
    ms: 3,
    passage: [
      ["key", "passed", 1],
      ["plan-limits", "refused", 2],
    ],
  };
  const instanceFor = async (workspace: string) => {
    const id = ulid();
    return `urn:gatehouse:call:${id}.${await explanations.seal(explanationText({ ...explanation, workspace }), id)}`;
  };
  const shown = async (instance: string) => {
    const { get, home } = await signedIn();
    return get(`${home}/explain?instance=${encodeURIComponent(instance)}`);
  };

  it("opens what a problem of this workspace carries", async () => {
    const { status, html } = await shown(`  ${await instanceFor(ctx.workspace)}\n`);
    expect(status).toBe(200);
    for (const text of [
      "Refused: A limit of the plan is reached",
      "plan-limits",
      "429",
      "22 Nov 2026, 14:05 UTC",
      "2 ms",
    ]) {
      expect(html).toContain(text);
    }
  });

  it("opens nothing else: not another workspace's, not one that was altered", async () => {
    const good = await instanceFor(ctx.workspace);
    for (const instance of [
      await instanceFor("another"),
      await instanceFor(""),
      good.slice(0, -3),
      `${good}x`,
      "hello",
    ]) {
      const { status, html } = await shown(instance);
      expect(status).toBe(200);
      expect(html).toContain("does not open here");
      expect(html).not.toContain("plan-limits");
    }
  });
});
