/**
 * An upstream's page with script, proxied by the gateway, against the console of somebody who is signed in: it reads and
 * changes nothing. On hosts of their own (even below one domain, which browsers count as one site), and on one host.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { startUpstream, type ScriptedUpstream } from "../support/node/scripted-upstream.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import { type Booty, hostileBroom, hostilePage, hostileWorker, rightsOfDocument } from "./hostile-page.ts";

interface Mode {
  readonly name: string;
  readonly vars: Record<string, string>;
  readonly targets: (port: string) => { console: string; portal: string; management: string };
  readonly page: (port: string) => string;
}

const modes: readonly Mode[] = [
  {
    name: "hosts of their own below one domain",
    vars: { ADMIN_HOST: "console.gate.localhost", PORTAL_HOST: "portal.gate.localhost" },
    targets: (port) => ({
      console: `http://console.gate.localhost:${port}`,
      portal: `http://portal.gate.localhost:${port}`,
      management: `http://console.gate.localhost:${port}/manage/v1`,
    }),
    page: (port) => `http://api.gate.localhost:${port}/evil/v1/page`,
  },
  {
    name: "one host",
    vars: { SHARED_HOST: "true" },
    targets: (port) => ({
      console: `http://gate.localhost:${port}/console`,
      portal: `http://gate.localhost:${port}/portal`,
      management: `http://gate.localhost:${port}/manage/v1`,
    }),
    page: (port) => `http://gate.localhost:${port}/evil/v1/page`,
  },
];

describe.skipIf(!hasChromium).each(modes)("on $name, a hostile page", (mode) => {
  let upstream: ScriptedUpstream;
  let gatehouse: BuiltGatehouse;
  let browser: Browser;
  let context: BrowserContext;
  let targets: ReturnType<Mode["targets"]>;
  let pageUrl: string;
  const shared = mode.vars["SHARED_HOST"] !== undefined;

  beforeAll(async () => {
    upstream = await startUpstream();
    gatehouse = await startBuilt({ upstreams: [upstream], vars: mode.vars });
    const port = new URL(gatehouse.origins[0] ?? "").port;
    targets = mode.targets(port);
    pageUrl = mode.page(port);
    upstream.script("/page", hostilePage(targets));
    upstream.script("/page-not-found", hostilePage(targets, 404));
    upstream.script("/worker.js", hostileWorker);
    upstream.script("/broom", hostileBroom);
    await publishEvil(gatehouse, upstream, new URL(targets.management).host);
    browser = await launchChromium();
    context = await browser.newContext();
    await signIn(await context.newPage());
  });
  afterAll(async () => {
    await browser?.close();
    await gatehouse?.stop();
    await upstream?.stop();
  });

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${targets.console}/sign-in`);
    await page.getByLabel("Admin token").fill(gatehouse.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  }

  /** Still signed in, still our page, with nothing of theirs beside it. */
  async function expectUntouched(): Promise<void> {
    const page = await context.newPage();
    await page.goto(`${targets.console}/w/default`);
    expect(await page.title()).toBe("Overview · Gatehouse");
    expect(await page.evaluate(() => localStorage.getItem("gatehouse"))).toBeNull();
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    const ours = (await context.cookies(targets.console)).filter(({ name }) => name === "__Host-gatehouse-console");
    expect(ours).toHaveLength(1);
    expect(ours[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
    expect(ours[0]?.value).not.toBe("evil");
    await page.close();
  }

  it("wins nothing by script", async () => {
    const page = await context.newPage();
    await page.goto(pageUrl);
    expect(await page.title()).toBe("Hostile");
    if (shared) {
      // The sandbox lets no script run, and gives the document an origin that owns nothing.
      expect(await page.evaluate(() => "attempts" in window)).toBe(false);
      expect(await page.evaluate(rightsOfDocument)).toEqual({ origin: "null", cookie: "refused", storage: "refused" });
    } else {
      const won = await page.evaluate(() => (window as unknown as { attempts: Promise<Booty> }).attempts);
      expect(Object.keys(won).length).toBe(14);
      expect(Object.entries(won).filter(([, outcome]) => outcome !== "refused")).toEqual([]);
    }
    await expectUntouched();
    await page.close();
  });

  it("wins nothing by a button, nor as an error page", async () => {
    const page = await context.newPage();
    for (const url of [pageUrl, `${pageUrl}-not-found`]) {
      await page.goto(url);
      await page.getByRole("button", { name: "A harmless button" }).click();
      await page.waitForTimeout(500);
      await expectUntouched();
    }
    await page.close();
  });

  it("is never sent our cookies, and sets none in our name", async () => {
    const seen = upstream.seen.filter(({ url }) => url.startsWith("/page"));
    expect(seen.length).toBeGreaterThan(0);
    for (const { headers } of seen) expect(headers.cookie ?? "").not.toContain("__Host-gatehouse");
    const answer = await gatehouse.call("/evil/v1/page", { host: new URL(pageUrl).hostname });
    expect(JSON.stringify(answer.headers["set-cookie"] ?? [])).not.toContain("__Host-gatehouse");
  });

  it("installs no worker", async () => {
    const headers = { "service-worker": "script" };
    const answer = await gatehouse.call("/evil/v1/worker.js", { host: new URL(pageUrl).hostname, headers });
    expect(answer.status).toBe(shared ? 403 : 200);
    await expectUntouched();
  });

  it("cannot sweep our cookies away", async () => {
    const page = await context.newPage();
    await page.goto(pageUrl.replace(/page$/, "broom"));
    await expectUntouched();
    await page.close();
  });
});

/** An API of an upstream that means no good, published without a key as public APIs are. */
async function publishEvil(gatehouse: BuiltGatehouse, upstream: ScriptedUpstream, host: string): Promise<void> {
  const manage = async (method: string, path: string, body: unknown) => {
    const answer = await gatehouse.manage(method, `/manage/v1${path}`, { body, headers: { host } });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  };
  const operations = ["page", "page-not-found", "worker.js", "broom"].map((name) => ({
    id: name.replace(".", "-"),
    method: "GET",
    path: `/${name}`,
  }));
  await manage("POST", "/upstreams", { slug: "evil", targets: { production: [{ url: upstream.url }] } });
  await manage("POST", "/apis", { slug: "evil", name: "Evil", prefix: "/evil" });
  await manage("POST", "/apis/evil/versions", { name: "v1", upstream: "evil", operations });
  await manage("POST", "/apis/evil/versions/v1/publish", {});
  const isServed = async () =>
    (await gatehouse.call("/evil/v1/worker.js", { host: "api.gate.localhost" })).status === 200;
  await vi.waitUntil(isServed, { timeout: 15_000, interval: 500 });
}
