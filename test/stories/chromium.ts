/**
 * @module A real Chromium for stories about pages. Where there is none, the stories are skipped and say why.
 *
 * `CHROMIUM` names another program; `PAGES_TO` a folder that gets a picture of every page, to be held against the design.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";

const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export const hasChromium = existsSync(program);
if (!hasChromium) console.warn(`Skipped, because there is no Chromium at ${program}: name one in CHROMIUM.`);

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

interface Look {
  readonly colorScheme: "light" | "dark";
  readonly width: 1440 | 360;
}

const looks: readonly Look[] = [
  { colorScheme: "light", width: 1440 },
  { colorScheme: "dark", width: 1440 },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 360 },
];

/** A page whose console errors, exceptions and failed requests are kept. */
export async function openTab(context: BrowserContext): Promise<{ readonly page: Page; readonly errors: string[] }> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    // A refused sign-in is a 403 on purpose; the browser reports it as an error of the network.
    if (message.type() === "error" && !/the server responded with a status of 4\d\d/.test(message.text())) {
      errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, errors };
}

/** What axe finds against WCAG 2.0–2.2 A and AA and its best practices: none is allowed. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // Without frames of other origins there is nothing that the slower way would find besides.
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"] })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"])
    .analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html)
        .join(" ")
        .slice(0, 300)}`,
  );
}

/** How many pixels the page can be moved sideways. */
function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Whatever is wrong with the page as it stands, in every look: what axe finds, and what does not fit. */
export async function findingsInEveryLook(page: Page, name: string): Promise<string[]> {
  const findings: string[] = [];
  for (const { colorScheme, width } of looks) {
    // Without motion, or a colour could be looked at on its way from one scheme to the other.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    const look = `${name}-${colorScheme}-${width}`;
    await picture(page, look);
    findings.push(...(await axeFindings(page)).map((finding) => `${look}: ${finding}`));
    const sideways = await sidewaysPixels(page);
    if (sideways > 0) findings.push(`${look}: ${sideways} px too wide`);
  }
  return findings;
}

/** Keeps a picture of the page where somebody asked for pictures. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["PAGES_TO"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}
