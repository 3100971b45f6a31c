/**
 * @module `npm run check`: everything that must hold before a change lands, in one run. Goes through all steps even if one
 * fails, and ends with `N passed, N failed`: every test counts, and every other step counts as one.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { inCheckout, offlineEnvironment, root } from "./runtime/checkout.ts";

interface Step {
  readonly name: string;
  /** Script below node_modules, then its arguments. */
  readonly run: readonly [script: string, ...args: string[]];
}

interface Counts {
  passed: number;
  failed: number;
}

const steps: readonly Step[] = [
  { name: "format", run: ["oxfmt/bin/oxfmt", "--check", "."] },
  { name: "lint", run: ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types of the worker", run: ["typescript/bin/tsc", "-p", "tsconfig.json"] },
  { name: "types of Node scripts", run: ["typescript/bin/tsc", "-p", "tsconfig.node.json"] },
  { name: "generated bindings", run: ["wrangler/bin/wrangler.js", "types", "--check"] },
  { name: "migrations", run: ["drizzle-kit/bin.cjs", "check"] },
];

const testResults = inCheckout(".gatehouse", "test-results.json");
const summary = inCheckout(".gatehouse", "check.json");

await mkdir(inCheckout(".gatehouse"), { recursive: true });
const counts: Counts = { passed: 0, failed: 0 };
for (const step of steps) {
  const ok = await runStep(step);
  counts[ok ? "passed" : "failed"] += 1;
}
await rm(testResults, { force: true });
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${testResults}`];
const testsOk = await runStep({ name: "tests", run: ["vitest/vitest.mjs", "run", ...reporters] });
const tests = await readCounts();
counts.passed += tests.passed;
// A run that ends badly without a failed test (a file that does not load, an unhandled rejection) is a failure too.
counts.failed += testsOk ? tests.failed : Math.max(tests.failed, 1);

await writeFile(summary, JSON.stringify(counts));
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function runStep({ name, run: [script, ...args] }: Step): Promise<boolean> {
  process.stdout.write(`\n── ${name}\n`);
  const began = Date.now();
  const child = spawn(process.execPath, [inCheckout("node_modules", script), ...args], {
    cwd: root,
    // The test pool reads wrangler.toml once a file, and would warn each time that it holds no secrets.
    env: { ...process.env, ...offlineEnvironment, WRANGLER_LOG: "error" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve));
  const ended = code === 0 ? "ok" : `FAILED (${code})`;
  process.stdout.write(`── ${name}: ${ended}, ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return code === 0;
}

/** What vitest's JSON report says; a file without any test that failed to load counts as one failure. */
async function readCounts(): Promise<Counts> {
  const text = await readFile(testResults, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const report = JSON.parse(text) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[];
  };
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}
