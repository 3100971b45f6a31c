/**
 * What a publish costs where there are ten thousand APIs, beside where there are ten: over real D1, with the rows that the
 * actions write and the buckets that distribution builds of them.
 */
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { apis } from "../../schema/catalog.ts";
import { perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { multiplyApis } from "../support/multiply-apis.ts";
import { registry, type Registry } from "../support/registry.ts";

const few = 10;
const many = 10_000;
const routes = Array.from({ length: 10 }, (_, n) => ({ id: `op-${n}`, method: "GET", path: `/things-${n}/{id}` }));
const v1 = { api: "api-0", version: "v1" };

interface Cost {
  readonly statements: number;
  readonly rowsWritten: number;
  readonly rowsRead: number;
  readonly puts: number;
  readonly rootBytes: number;
  readonly bucketBytes: number;
  readonly ms: number;
}

/** Every statement that was sent, with what it was bound to. */
interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The database, with a record of what it is asked and what that costs it. Single statements go as batches of one, which are told of. */
function watched() {
  const sent: Sent[] = [];
  const cost = { rowsWritten: 0, rowsRead: 0 };
  const known = new WeakMap<object, Sent>();
  const add = (results: readonly D1Result[]) => {
    for (const { meta } of results) {
      cost.rowsWritten += meta.rows_written;
      cost.rowsRead += meta.rows_read;
    }
    return results;
  };
  const wrap = (statement: D1PreparedStatement, one: Sent): D1PreparedStatement => {
    const watching = new Proxy(statement, {
      get(target, key) {
        if (key === "bind") return (...values: unknown[]) => wrap(target.bind(...values), { ...one, values });
        if (key === "all" || key === "run")
          return async () => {
            sent.push(one);
            return add([await target.all()])[0];
          };
        if (key === "raw")
          return async () => {
            sent.push(one);
            return target.raw();
          };
        return Reflect.get(target, key) as unknown;
      },
    });
    inner.set(watching, statement);
    known.set(watching, one);
    return watching;
  };
  const inner = new WeakMap<object, D1PreparedStatement>();
  const database = new Proxy(env.DB, {
    get(target, key) {
      if (key === "prepare") return (text: string) => wrap(target.prepare(text), { text, values: [] });
      if (key === "batch")
        return async (all: D1PreparedStatement[]) => {
          for (const one of all) sent.push(known.get(one) ?? { text: "", values: [] });
          return add(await target.batch(all.map((one) => inner.get(one) ?? one)));
        };
      return Reflect.get(target, key) as unknown;
    },
  });
  return { database, sent, cost };
}

let ctx: Registry;
beforeAll(async () => {
  ctx = await registry();
  await perform(catalog.createUpstream, ctx, {
    slug: "up",
    targets: { production: [{ url: "https://up.example" }] },
  });
  await perform(catalog.createApi, ctx, { slug: "api-0", name: "An API", prefix: "/api-0" });
  await perform(catalog.createVersion, ctx, { api: "api-0", name: "v1", upstream: "up", operations: routes });
  await perform(lifecycle.publishVersion, ctx, v1);
  await multiply(1, few);
});

/** Makes APIs up to that number, and brings all of them to the edge. */
async function multiply(from: number, to: number): Promise<void> {
  const { workspace, host } = ctx;
  await multiplyApis(env.DB, { workspace, host, from, to });
  const all = await ctx.db.select({ id: apis.id }).from(apis).where(eq(apis.workspace, workspace));
  const touched = { buckets: [], records: [], purges: [], policies: false };
  await ctx.effects.distribute([{ apis: all.map(({ id }) => id), ...touched }], ctx);
}

/** Publishes another revision of the first API. */
async function publishOne(revision: number): Promise<{ readonly cost: Cost; readonly sent: readonly Sent[] }> {
  const size = { id: "size", type: "request-size", config: { bodyBytesMax: revision } };
  await perform(catalog.updateVersion, ctx, { ...v1, policies: [size as never] });
  const { database, sent, cost } = watched();
  ctx.edge.puts.clear();
  const began = performance.now();
  await perform(lifecycle.publishVersion, { ...ctx, db: drizzle(database) }, v1);
  const ms = performance.now() - began;
  const { root } = ctx.edge.announced.at(-1) ?? {};
  const bytes = (value: unknown) => JSON.stringify(value).length;
  const bucket = Math.max(
    ...[...ctx.edge.puts].flatMap(([key, value]) => (key.startsWith("bucket:") ? bytes(value) : [])),
  );
  return {
    cost: {
      statements: sent.length,
      ...cost,
      puts: ctx.edge.puts.size,
      rootBytes: bytes(root),
      bucketBytes: bucket,
      ms: Math.round(ms),
    },
    sent,
  };
}

let revisions = 0;

/** The last of several publishes, with the median of their times. */
async function publishSome(): ReturnType<typeof publishOne> {
  const all = [];
  for (let times = 0; times < 7; times += 1) all.push(await publishOne((revisions += 1)));
  const { cost, sent } = all.at(-1) ?? (await publishOne((revisions += 1)));
  const ms = all.map((one) => one.cost.ms).toSorted((a, b) => a - b)[3] ?? 0;
  return { cost: { ...cost, ms }, sent };
}

/** Tables that a statement goes through from end to end, as SQLite plans it. */
async function scansOf({ text, values }: Sent): Promise<string[]> {
  const { results } = await env.DB.prepare(`explain query plan ${text}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? []);
}

describe("a publish", () => {
  it(
    "takes as many statements, writes and puts among ten thousand APIs as among ten",
    { timeout: 120_000 },
    async () => {
      const small = await publishSome();
      await multiply(few, many);
      const large = await publishSome();
      console.log(`a publish among ${few}:    `, JSON.stringify(small.cost));
      console.log(`a publish among ${many}:`, JSON.stringify(large.cost));
      const same = ({ statements, rowsWritten, puts }: Cost) => ({ statements, rowsWritten, puts });
      expect(same(large.cost)).toEqual(same(small.cost));
      expect(large.cost.rootBytes).toBeLessThanOrEqual(16 * 1024);
      // The API's bucket holds its 256th part of all.
      expect(large.cost.bucketBytes).toBeLessThan(100_000);
      // What is read is what stands in that bucket, and the 256 slots.
      expect(large.cost.rowsRead - small.cost.rowsRead).toBeLessThan(3_000);

      const scans = new Map<string, string>();
      for (const one of large.sent) for (const table of await scansOf(one)) scans.set(table, one.text.slice(0, 200));
      // The slots are all wanted; json_each is a parameter; the rest is what a statement made itself.
      const grown = [
        "apis",
        "versions",
        "revisions",
        "deployments",
        "placements",
        "contents",
        "content_parts",
        "audit",
      ];
      expect([...scans].filter(([table]) => grown.includes(table))).toEqual([]);
    },
  );
});
