/**
 * The pages of portal and console in a real Chromium, through the built worker: accessible in light and dark, wide and narrow,
 * quiet in the browser's console, and usable by keyboard alone.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";
import { startUpstream, type ScriptedUpstream } from "../support/node/scripted-upstream.ts";
import { openBookshop } from "./bookshop.ts";
import { axeFindings, findingsInEveryLook, hasChromium, launchChromium, openTab, picture } from "./chromium.ts";

describe.skipIf(!hasChromium)("pages", () => {
  let upstream: ScriptedUpstream;
  let gatehouse: BuiltGatehouse;
  let browser: Browser;
  let instance = "";

  beforeAll(async () => {
    upstream = await startUpstream();
    gatehouse = await startBuilt({ upstreams: [upstream] });
    const key = await openBookshop(gatehouse, upstream);
    const call = () => gatehouse.call("/catalogue/v2/books", { headers: { authorization: `Bearer ${key}` } });
    await vi.waitUntil(async () => (await call()).status === 200, { timeout: 15_000, interval: 500 });
    let answer = await call();
    for (let calls = 0; calls < 20 && answer.status !== 429; calls += 1) answer = await call();
    expect(answer.status).toBe(429);
    ({ instance } = answer.json() as { instance: string });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await gatehouse?.stop();
    await upstream?.stop();
  });

  const portalPages = (): Record<string, string> => ({
    home: "/",
    apis: "/apis",
    search: "/apis?q=isbn",
    "search-empty": "/apis?q=zebra",
    api: "/apis/catalogue",
    "api-deprecated": "/apis/catalogue/v1",
    problems: "/problems",
    problem: "/problems/quota-exceeded",
    missing: "/nothing",
  });
  const consolePages = (): Record<string, string> => ({
    overview: "/w/default",
    apis: "/w/default/apis",
    api: "/w/default/apis/catalogue",
    "api-draft": "/w/default/apis/stock",
    applications: "/w/default/applications",
    explain: "/w/default/explain",
    explained: `/w/default/explain?instance=${encodeURIComponent(instance)}`,
    unexplained: "/w/default/explain?instance=urn:gatehouse:call:nothing",
    missing: "/w/nowhere",
  });

  it("has no finding in any page of the portal, in light and dark, wide and narrow", { timeout: 300_000 }, async () => {
    const context = await browser.newContext();
    const { page, errors } = await openTab(context);
    const findings: string[] = [];
    for (const [name, path] of Object.entries(portalPages())) {
      await page.goto(gatehouse.portal + path);
      findings.push(...(await findingsInEveryLook(page, `portal-${name}`)));
    }
    expect(findings).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it(
    "has no finding in any page of the console, in light and dark, wide and narrow",
    { timeout: 300_000 },
    async () => {
      const context = await browser.newContext();
      const { page, errors } = await openTab(context);
      const findings: string[] = [];
      await page.goto(`${gatehouse.console}/`);
      findings.push(...(await findingsInEveryLook(page, "console-sign-in")));
      await page.getByLabel("Admin token").fill("not a token");
      await page.getByRole("button", { name: "Sign in" }).click();
      findings.push(...(await findingsInEveryLook(page, "console-sign-in-error")));
      await page.getByLabel("Admin token").fill(gatehouse.adminToken);
      await page.getByRole("button", { name: "Sign in" }).click();
      for (const [name, path] of Object.entries(consolePages())) {
        await page.goto(gatehouse.console + path);
        findings.push(...(await findingsInEveryLook(page, `console-${name}`)));
      }
      expect(findings).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    },
  );

  it("signs in and out by keyboard alone, with what went wrong read first", async () => {
    const context = await browser.newContext();
    const { page, errors } = await openTab(context);
    const focused = () =>
      page.evaluate(() => {
        const at = document.activeElement;
        return at?.getAttribute("name") ?? at?.getAttribute("role") ?? at?.textContent?.trim() ?? "";
      });
    const tabTo = async (name: string) => {
      for (let steps = 0; steps < 20 && (await focused()) !== name; steps += 1) await page.keyboard.press("Tab");
      expect(await focused()).toBe(name);
    };
    await page.goto(`${gatehouse.console}/w/default/apis`);
    expect(await focused()).toBe("token");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.waitForURL(/sign-in$/);
    expect(await page.title()).toBe("Error: Sign in · Gatehouse");
    expect(await focused()).toBe("alert");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("token");
    await page.keyboard.insertText(gatehouse.adminToken);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\/default\/apis$/);

    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await tabTo("Catalogue");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/apis\/catalogue$/);
    await tabTo("Sign out");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sign-in$/);
    await page.goto(`${gatehouse.console}/w/default`);
    expect(page.url()).toContain("/sign-in?next=");
    expect(errors).toEqual([]);
    await context.close();
  });

  it("reads and submits without script, and shows Copy only with it", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const { page } = await openTab(plain);
    await page.goto(`${gatehouse.portal}/apis/catalogue`);
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
    await page.goto(`${gatehouse.portal}/apis`);
    await page.getByRole("searchbox").fill("editions");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("status").textContent()).toContain("2 operations in 2 APIs");
    await plain.close();

    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page: scripted } = await openTab(context);
    await scripted.goto(`${gatehouse.portal}/apis/catalogue`);
    await scripted.getByRole("button", { name: "Copy curl" }).click();
    await scripted.getByText("Copied").first().waitFor();
    expect(await scripted.evaluate(() => navigator.clipboard.readText())).toContain("/catalogue/v2/books");
    await context.close();
  });

  it("counts what was called, and explains what was refused", async () => {
    const context = await browser.newContext();
    const { page } = await openTab(context);
    await page.goto(`${gatehouse.console}/sign-in`);
    await page.getByLabel("Admin token").fill(gatehouse.adminToken);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\/default$/);
    await expect
      .poll(async () => (await page.reload()) && (await page.locator(".tile .figure").first().textContent()), {
        timeout: 45_000,
        interval: 1_000,
      })
      .not.toBe("0");
    expect(await findingsInEveryLook(page, "console-overview-counted")).toEqual([]);
    // The last look is a phone's: the way on is in the menu.
    await page.getByText("Menu", { exact: true }).click();
    await picture(page, "console-menu-dark-360");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Explain a refusal" }).click();
    await page.getByLabel("Instance of the problem").fill(instance);
    await page.getByRole("button", { name: "Explain it" }).click();
    await page.getByText("Refused: A limit of the plan is reached").waitFor();
    expect(await page.locator(".step-refused .step-name").textContent()).toContain("plan-limits");
    await context.close();
  });
});
