/**
 * What changes one of 10,000 APIs costs what changes one of ten: the same statements and writes, and reads of its bucket
 * alone. Over real D1, KV and Beacon. Times are printed, not judged.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { counted, type Cost } from "../support/counted.ts";
import { manyApis } from "../support/many-apis.ts";
import { registry } from "../support/registry.ts";

const few = 10;
const many = 10_000;
/** Some 40 APIs stand in a bucket, and 257 slots under the root. One row for each API would be more than this. */
const rowsReadMax = 5_000;
const rootBytesMax = 16_384;
/** Of 40 APIs, each with a version and a target. */
const bucketBytesMax = 65_536;
/**
 * What may be read from end to end: lists that the change itself names, what others still owe (at most 100), the slots, and
 * what there is one of for a workspace or a host.
 */
const scanned = ["CONSTANT", "environment_hosts", "json_each", "outbox", "owed", "policy_lists", "slots"];

const v1 = { api: "api-0", version: "v1" };
const costs = new Map<number, Map<string, Cost>>();
const scans = new Set<string>();

beforeAll(async () => {
  const { ctx, measure, scans: scansOf } = counted(await registry());
  const apis = await manyApis(ctx);
  await perform(catalog.createProduct, ctx, { slug: "shop", name: "Shop", apis: ["api-0"] });
  await perform(consumers.createOrganization, ctx, { slug: "acme", name: "Acme" });
  await perform(consumers.createApplication, ctx, { organization: "acme", slug: "web", name: "Web" });

  for (const count of [few, many]) {
    const began = performance.now();
    await apis.growTo(count);
    console.log(`${count} APIs after ${Math.round(performance.now() - began)} ms`);
    const of = new Map<string, Cost>();
    costs.set(count, of);
    const note = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      let result: Result | undefined;
      of.set(name, await measure(async () => void (result = await work())));
      for (const table of await scansOf()) scans.add(table);
      return result as Result;
    };
    const draft = (text: string) =>
      perform(catalog.updateVersion, ctx, {
        ...v1,
        policies: [
          { id: "key", type: "require-key" },
          { id: "mark", type: "response-headers", config: { set: { "x-at": text } } },
        ],
      });
    // The first turn brings statements and pages into D1's caches.
    await draft(`${count}`.padStart(6, "0"));
    await perform(lifecycle.publishVersion, ctx, v1);
    await note("update the draft", () => draft(`${count}`.padStart(6, "-")));
    await note("publish", () => perform(lifecycle.publishVersion, ctx, v1));
    await note("roll back", () => perform(lifecycle.rollBackVersion, ctx, v1));
    await note("retire", () => perform(lifecycle.retireVersion, ctx, v1));
    await note("reinstate", () => perform(lifecycle.reinstateVersion, ctx, v1));
    await note("rename the API", () => perform(catalog.updateApi, ctx, { api: "api-0", name: `Of ${count}` }));
    const slug = `new-${count}`;
    const bundle = { slug, name: slug, apis: ["api-0"] };
    await note("bundle it in a product", () => perform(catalog.createProduct, ctx, bundle));
    await note("create an API", () => perform(catalog.createApi, ctx, { slug, name: slug, prefix: `/${slug}` }));
    await note("create a version", () =>
      perform(catalog.createVersion, ctx, { api: slug, name: "v1", upstream: "origin" }),
    );
    await note("delete a version", () => perform(catalog.deleteVersion, ctx, { api: slug, version: "v1" }));
    await note("delete an API", () => perform(catalog.deleteApi, ctx, { api: slug }));
    await note("unbundle it", () => perform(catalog.updateProduct, ctx, { product: slug, apis: [] }));
    await note("delete a product", () => perform(catalog.deleteProduct, ctx, { product: slug }));
    await note("suspend", () => perform(consumers.suspendApplication, ctx, { application: "web" }));
    await note("resume", () => perform(consumers.resumeApplication, ctx, { application: "web" }));
    const key = await note("create a key", () => perform(consumers.createKey, ctx, { application: "web" }));
    await note("revoke a key", () => perform(consumers.revokeKey, ctx, { key: key.id }));
  }
  for (const [name, before] of costs.get(few) ?? []) {
    console.log(`${name}: ${told(before)} of ${few}; ${told(costs.get(many)?.get(name) ?? before)} of ${many}`);
  }
}, 300_000);

const told = ({ statements, rowsRead, rowsWritten, puts, ms }: Cost): string =>
  `${statements} statements, ${rowsRead} read, ${rowsWritten} written, puts ${JSON.stringify(puts)}, ${ms} ms`;

function pairs(): { name: string; before: Cost; after: Cost }[] {
  const found = [...(costs.get(few) ?? [])].flatMap(([name, before]) => {
    const after = costs.get(many)?.get(name);
    return after === undefined ? [] : [{ name, before, after }];
  });
  expect(found.length).toBeGreaterThan(0);
  return found;
}

describe("changing one of 10,000 APIs of ten routes", () => {
  it("takes the statements and the writes that one of ten takes", () => {
    for (const { name, before, after } of pairs()) {
      // Less it may be: a slot that has never been written costs a row more, and a content that is kept none.
      expect(after.statements, name).toBeLessThanOrEqual(before.statements);
      expect(after.calls, name).toBeLessThanOrEqual(before.calls);
      expect(after.rowsWritten, name).toBeLessThanOrEqual(before.rowsWritten);
      expect(Object.keys(after.puts).sort(), name).toEqual(Object.keys(before.puts).sort());
      expect(after.puts["program"], name).toBe(before.puts["program"]);
    }
  });

  it("reads one bucket and the slots, and no other table from end to end", () => {
    for (const { name, after } of pairs()) expect(after.rowsRead, name).toBeLessThan(rowsReadMax);
    expect([...scans].filter((table) => !scanned.includes(table))).toEqual([]);
  });

  it("puts a root of at most 16 KiB, and one bucket that stays small", () => {
    const puts = pairs().filter(({ name }) => name === "publish" || name === "roll back");
    for (const { name, after } of puts) {
      expect(after.puts["root"], name).toBeLessThanOrEqual(rootBytesMax);
      expect(after.puts["bucket"], name).toBeLessThan(bucketBytesMax);
    }
  });
});
