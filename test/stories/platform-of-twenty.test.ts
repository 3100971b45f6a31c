/**
 * A platform team's whole platform in files: 3 environments, 20 APIs with a document each, 5 products, 50 applications. Through the
 * command line and the built worker.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { PlatformFile, type PlatformFileInput } from "../../src/catalog/platform-file.ts";
import { startBuilt, type BuiltGatehouse } from "../support/node/built-worker.ts";

const root = path.join(import.meta.dirname, "../..");
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const named = <Value>(count: number, prefix: string, value: (n: number) => Value): Record<string, Value> =>
  Object.fromEntries(numbers(count).map((n) => [`${prefix}-${n}`, value(n)]));

const document = (n: number): string =>
  stringify({
    openapi: "3.1.0",
    info: { title: `API ${n}`, version: "1" },
    paths: Object.fromEntries(
      numbers(10).map((path) => [
        `/things-${path}/{id}`,
        {
          get: {
            operationId: `getThing${path}`,
            parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
            responses: { "200": { description: "One." } },
          },
        },
      ]),
    ),
  });

const quota = (callsMax: number) => [
  { name: "daily", algorithm: "fixed-window" as const, callsMax, windowMs: 86_400_000 },
];

const platform = (): PlatformFileInput => ({
  format: 1,
  workspace: "default",
  name: "Twenty",
  environments: {
    production: { name: "Production", hosts: ["api.localhost"] },
    staging: { name: "Staging", hosts: ["staging.localhost"] },
    test: { name: "Test", hosts: ["test.localhost"] },
  },
  upstreams: named(5, "team", (n) => ({
    targets: {
      production: [{ url: `https://team-${n}.example` }],
      staging: [{ url: `https://staging.team-${n}.example` }],
      test: [{ url: `https://test.team-${n}.example` }],
    },
  })),
  policies: [{ id: "cors", type: "cors" }],
  apis: named(20, "api", (n) => ({
    name: `API ${n}`,
    prefix: `/api-${n}`,
    defaultVersion: "v1",
    versions: {
      v1: {
        state: "published",
        document: `apis/api-${n}.yaml`,
        upstream: `team-${1 + (n % 5)}`,
        policies: [
          { id: "key", type: "require-key" },
          { id: "caller", type: "require-principal" },
        ],
      },
    },
  })),
  products: named(5, "product", (n) => ({
    name: `Product ${n}`,
    apis: numbers(4)
      .map((k) => `api-${(n - 1) * 4 + k}`)
      .toSorted(),
    plans: { free: { name: "Free", limits: quota(1_000) }, gold: { name: "Gold", limits: quota(1_000_000) } },
  })),
  organizations: named(10, "org", (n) => ({
    name: `Org ${n}`,
    applications: named(5, "app", (k) => ({
      name: `App ${n}.${k}`,
      subscriptions: { [`product-${k}`]: n % 2 === 0 ? "gold" : "free" },
    })),
  })),
});

let folder: string;
let gatehouse: BuiltGatehouse;

async function write(name: string, file: PlatformFileInput, broken?: number): Promise<string> {
  const target = path.join(folder, name);
  await mkdir(path.join(target, "apis"), { recursive: true });
  for (const n of numbers(20)) {
    await writeFile(
      path.join(target, "apis", `api-${n}.yaml`),
      n === broken ? "openapi: 3.1.0\npaths: [" : document(n),
    );
  }
  await writeFile(path.join(target, "gatehouse.yaml"), stringify(file));
  return path.join(target, "gatehouse.yaml");
}

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

function run(...args: readonly string[]): Promise<Run> {
  const env = {
    ...process.env,
    NO_COLOR: "1",
    GATEHOUSE_SERVER: `${gatehouse.origins[0]}/manage/v1`,
    GATEHOUSE_TOKEN: gatehouse.adminToken,
  };
  const began = performance.now();
  return new Promise((resolve) => {
    execFile(path.join(root, "bin", "gatehouse"), args, { env, cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err, ms: performance.now() - began });
    });
  });
}

const asPlatform = async (file: string): Promise<PlatformFile> =>
  PlatformFile.parse(parse(await readFile(file, "utf8")));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-twenty-"));
  gatehouse = await startBuilt({ gateways: 1, vars: { MANAGE_ON_GATEWAY: "true" } });
}, 180_000);
afterAll(async () => {
  await gatehouse?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a platform of twenty APIs", () => {
  it("is applied from empty, and its dump equals it", async () => {
    const file = await write("platform", platform());
    const applied = await run("apply", file, "--yes");
    expect([applied.code, applied.err]).toEqual([0, expect.not.stringContaining("error")]);
    expect(applied.out).toMatch(/Workspace default: \d+ to create, \d+ to update/);
    const dumped = await run("dump", "--out", "copy");
    expect(dumped.code).toBe(0);
    const copy = await asPlatform(path.join(folder, "copy", "gatehouse.yaml"));
    const wanted = await asPlatform(file);
    for (const [slug, api] of Object.entries(copy.apis)) {
      const v1 = api.versions["v1"];
      if (v1?.document === undefined) throw new Error(`${slug} has lost its document`);
      const text = await readFile(path.join(folder, "copy", v1.document), "utf8");
      expect(text).toBe(document(Number(slug.replace("api-", ""))));
      v1.document = `apis/${slug}.yaml`;
    }
    expect(copy).toEqual(wanted);
    const same = await run("diff", path.join(folder, "copy", "gatehouse.yaml"));
    expect([same.code, same.out]).toEqual([0, expect.stringContaining("Nothing to change")]);
    process.stdout.write(`applied from empty in ${Math.round(applied.ms)} ms, dumped in ${Math.round(dumped.ms)} ms\n`);
  });

  it("shows a change of one plan in a few lines, and applies it in seconds", async () => {
    const file = platform();
    const { "product-3": product, ...others } = file.products ?? {};
    if (product === undefined) throw new Error("there is no product-3");
    const plans = { ...product.plans, free: { name: "Free", limits: quota(2_000) } };
    const changed = await write("changed", { ...file, products: { ...others, "product-3": { ...product, plans } } });
    const shown = await run("diff", changed);
    expect(shown.code).toBe(2);
    expect(shown.out.split("\n").length).toBeLessThan(15);
    expect(shown.out).toMatch(/^~ products\/product-3\/plans\/free$/m);
    expect(shown.out).toMatch(/^ +- +callsMax: 1000$/m);
    expect(shown.out).toMatch(/^ +\+ +callsMax: 2000$/m);
    const applied = await run("apply", changed, "--yes");
    expect(applied.code).toBe(0);
    expect((await run("diff", changed)).code).toBe(0);
    process.stdout.write(`one plan changed in ${Math.round(applied.ms)} ms\n`);
  });

  it("stays whole where something in the middle of a file is wrong", async () => {
    const before = (await run("dump")).out;
    const file = platform();
    const more = { ...file, name: "Changed" };
    const broken = await run("apply", await write("broken", more, 17), "--yes");
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("apis/api-17.yaml")]);
    const clash = {
      ...file,
      name: "Changed",
      environments: { ...file.environments, other: { hosts: ["portal.localhost"] } },
    };
    const refused = await run("apply", await write("clash", clash), "--yes");
    expect(refused.code).toBe(1);
    expect((await run("dump")).out).toBe(before);
  });

  it("loses what a file does not name, where that is asked for", async () => {
    const file = platform();
    const { "org-10": last, ...organizations } = file.organizations ?? {};
    expect(last).toBeDefined();
    const less = await write("less", { ...file, organizations });
    const shown = await run("diff", less, "--prune");
    expect(shown.out).toContain("- organizations/org-10");
    expect((await run("apply", less, "--prune", "--yes")).code).toBe(0);
    expect((await run("dump")).out).not.toContain("org-10");
  });
});
