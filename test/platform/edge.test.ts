import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { programFormat, Root } from "../../src/model/program.ts";
import { kvEdge } from "../../src/platform/edge.ts";

const rootAt = (sequence: number): Root => ({ format: programFormat, sequence, global: "", buckets: {} });

/** An edge whose KV refuses this many writes, as it does with more than one a second of a key. */
function refusing(writes: number) {
  let left = writes;
  const REGISTRY: KVNamespace = Object.create(env.REGISTRY, {
    put: {
      value: (key: string, text: string) =>
        (left -= 1) >= 0 ? Promise.reject(new Error("429 Too Many Requests")) : env.REGISTRY.put(key, text),
    },
  });
  return kvEdge({ REGISTRY, BEACON: env.BEACON, COURIER: env.COURIER, LEDGER: env.LEDGER });
}

it("brings the last root of a burst to KV, and fails none that was overtaken", { timeout: 10_000 }, async () => {
  const edge = refusing(3);
  await Promise.all([11, 12, 13].map((sequence) => edge.announce(rootAt(sequence), [])));
  expect(Root.parse(await env.REGISTRY.get("root", "json")).sequence).toBe(13);
});

it("tells the Beacon though KV takes nothing", { timeout: 10_000 }, async () => {
  await expect(refusing(10).announce(rootAt(20), [{ kind: "key", id: "k", sequence: 20 }])).rejects.toThrow("429");
  const { root, signals } = await env.BEACON.getByName("beacon").since({ root: -1, cursor: 0 });
  expect(root?.sequence).toBe(20);
  expect(signals).toMatchObject([{ kind: "key", id: "k" }]);
});
