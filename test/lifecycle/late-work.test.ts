/**
 * Work that comes late, over the real Beacon and KV: whatever is repeated, delayed or restarted in between, what was published
 * last is what is served.
 */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { outbox } from "../../schema/actions.ts";
import { perform } from "../../src/actions/action.ts";
import type { Edge } from "../../src/actions/context.ts";
import { runDueEffects } from "../../src/actions/effect.ts";
import { catalog } from "../../src/catalog/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { Bucket, bucketIndex, bucketKey, Root, rootKey } from "../../src/model/program.ts";
import { kvEdge } from "../../src/platform/edge.ts";
import { registry } from "../support/registry.ts";
import { openShop } from "../support/stock.ts";

const v1 = { api: "books", version: "v1" };
const beacon = () => env.BEACON.getByName("beacon");

/** Each of these may happen after the publish that could not be told, and before what it owes is done. */
const between: Readonly<Record<string, () => Promise<void>>> = {
  "nothing else happens": async () => undefined,
  "the Beacon is restarted": () => evictDurableObject(beacon()),
  "KV has the root of long ago": async () => {
    const root = Root.parse(await env.REGISTRY.get(rootKey, "json"));
    await env.REGISTRY.put(rootKey, JSON.stringify({ ...root, sequence: 0, buckets: {} }));
  },
};

it.each(Object.keys(between))(
  "serves what was published last though what was owed before comes after it and %s",
  async (what) => {
    const base = await registry();
    const real = kvEdge(env);
    let isDown = false;
    const unreachable = async () => Promise.reject(new Error("the edge cannot be reached"));
    const edge: Edge = new Proxy(real, {
      get: (target, name) => (isDown && name !== "wakeCourier" ? unreachable : (Reflect.get(target, name) as unknown)),
    });
    const ctx = { ...base, edge };
    await openShop(ctx);
    const publish = async (mark: string) => {
      const marked = { id: "mark", type: "response-headers", config: { set: { "x-mark": mark } } };
      await perform(catalog.updateVersion, ctx, {
        ...v1,
        policies: [{ id: "key", type: "require-key" } as never, marked as never],
      });
      return perform(lifecycle.publishVersion, ctx, v1);
    };
    const owed = () => ctx.db.select().from(outbox).where(eq(outbox.workspace, ctx.workspace));

    await publish("first");
    const second = await publish("second");
    await perform(lifecycle.rollBackVersion, ctx, v1);
    isDown = true;
    // Known already, so that nothing is put before the commit: only the telling fails.
    await perform(lifecycle.publishVersion, ctx, v1);
    expect(await owed()).toHaveLength(1);
    isDown = false;
    const late = { ...ctx, now: () => Date.now() + 3_600_000 };
    await between[what]?.();
    const last = await publish("third");
    expect(last.program).not.toBe(second.program);
    await runDueEffects(late);
    expect(await owed()).toEqual([]);

    const { root } = await beacon().since({ root: -1, cursor: 0 });
    expect(Root.parse(await env.REGISTRY.get(rootKey, "json"))).toEqual(root);
    const hash = root?.buckets[String(bucketIndex(ctx.host, "books"))] ?? "";
    const { apis } = Bucket.parse(await env.REGISTRY.get(bucketKey(hash), "json"));
    const served = apis.find(({ workspace }) => workspace === ctx.workspace)?.versions[0];
    expect(served?.program).toBe(last.program);
  },
);
