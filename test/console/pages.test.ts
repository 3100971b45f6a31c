import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import { usageTotals } from "../../schema/analytics.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import type { Explanation } from "../../src/model/explanation.ts";
import { explanationText } from "../../src/model/explanation.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { openShop } from "../support/stock.ts";
import { hostile, offering } from "../portal/offer.ts";
import { registry, type Registry } from "../support/registry.ts";
import { explanations, openTab, signIn } from "./tab.ts";

let ctx: Registry;
let api: { readonly id: string };

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
    hour: Math.floor(Date.now() / 3_600_000) - 2,
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

describe("pages", () => {
  it("opens the workspace of the token", async () => {
    const { get, home } = await signIn(ctx);
    expect((await get("/")).location).toBe(home);
  });

  it("shows the last 24 hours, APIs with states, and applications", async () => {
    const { get, home } = await signIn(ctx);
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

  it("shows what a share of callers gets, what is planned, and which set a policy stands for", async () => {
    const planned = await registry();
    await openShop(planned);
    const v1 = { api: "books", version: "v1" };
    const key = { id: "key", type: "require-key" };
    await perform(lifecycle.createPolicySet, planned, { slug: "guarded", name: "Guarded", policies: [key as never] });
    const set = { id: "guard", type: "policy-set", config: { set: "guarded" } };
    await perform(catalog.updateVersion, planned, { ...v1, policies: [set as never] });
    await perform(lifecycle.startCanary, planned, { ...v1, percent: 10 });
    await perform(lifecycle.scheduleVersion, planned, { ...v1, does: "retire", at: Date.UTC(2098, 0, 2, 3, 4) });
    const { get, home } = await signIn(planned);
    const { html } = await get(`${home}/apis/books/v1`);
    const text = html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    for (const part of ["for 90 % of callers, since", "canary, for 10 % of callers", "retires 2 Jan 2098, 03:04 UTC"]) {
      expect(text).toContain(part);
    }
    await perform(lifecycle.promoteCanary, planned, v1);
    expect((await get(`${home}/apis/books/v1`)).html).toContain("guarded");
  });

  it("shows an API's versions, revisions, operations and policies", async () => {
    const { get, home } = await signIn(ctx);
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
    const { get } = await signIn(ctx);
    const foreign = await get(`/w/${other.workspace}`);
    const missing = await get("/w/no-such-workspace");
    expect(foreign.status).toBe(404);
    expect(foreign.html).toBe(missing.html);
  });

  it("shows what a lesser token may see, and says what it may not", async () => {
    const { get, home } = await signIn(ctx, "", ["catalog:read"]);
    const { status, html } = await get(home);
    expect(status).toBe(200);
    expect(html).toContain("Bookshop");
    expect(html).toContain("Usage could not be read");
    expect(html).toContain("consumers:read");
    expect(html).not.toContain("Storefront");
    expect((await get(`${home}/explain?instance=urn:x`)).status).toBe(403);
  });

  it("writes names as text, and keeps the strict policy", async () => {
    const { get, home } = await signIn(ctx);
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
    const { get, home } = await signIn(ctx, "/console");
    for (const path of ["", "/apis", "/apis/bookshop", "/applications", "/explain"]) {
      const { status, html } = await get(home + path);
      expect(status).toBe(200);
      const links = [...html.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1]);
      expect(links.length).toBeGreaterThan(8);
      for (const link of links) expect(link).toMatch(/^\/console\//);
    }
    expect((await openTab(ctx, "/console").get("/console/w/x")).location).toBe("/console/sign-in?next=%2Fw%2Fx");
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
    const { get, home } = await signIn(ctx);
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
