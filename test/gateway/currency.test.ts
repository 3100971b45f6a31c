import { describe, expect, it } from "vitest";
import { createCurrency } from "../../src/gateway/currency.ts";
import type { Root } from "../../src/model/program.ts";
import type { BeaconAnswer } from "../../src/model/signal.ts";

const root = (sequence: number): Root => ({ format: 1, sequence, global: "g", buckets: {} });
const saying = (sequence: number | null, cursor = 0): BeaconAnswer => ({
  root: sequence === null ? null : root(sequence),
  signals: [],
  cursor,
  reset: false,
});

/** An isolate that asks whenever it is told to; what Beacon and KV say is the test's. */
function isolate() {
  let now = 1_000_000;
  const world: { beacon: BeaconAnswer | null; kv: Root | null } = { beacon: null, kv: null };
  const currency = createCurrency({
    beacon: {
      async since() {
        if (world.beacon === null) throw new Error("the Beacon cannot be reached");
        return world.beacon;
      },
    },
    source: {
      root: async () => world.kv,
      bucket: async () => null,
      program: async () => null,
      record: async () => null,
    },
    now: () => now,
    wait: () => new Promise(() => undefined),
  });
  return {
    hears: async (beacon: BeaconAnswer | null, kv: Root | null = null) => {
      Object.assign(world, { beacon, kv });
      now += 11_000;
      await currency.catchUp(() => undefined);
      return currency.root()?.sequence;
    },
    currency,
  };
}

describe("an isolate", () => {
  it("never goes back to a smaller root, whatever says so", async () => {
    const { hears } = isolate();
    expect(await hears(saying(5))).toBe(5);
    // The Beacon is lost, and KV is behind.
    expect(await hears(null, root(4))).toBe(5);
    // It is back, and knows less than it did.
    expect(await hears(saying(3))).toBe(5);
    expect(await hears(saying(null))).toBe(5);
    // KV is ahead while the Beacon is lost.
    expect(await hears(null, root(6))).toBe(6);
    expect(await hears(saying(5), root(4))).toBe(6);
    expect(await hears(saying(7))).toBe(7);
  });

  it("begins with what KV has while the Beacon cannot be reached or knows nothing yet, and with nothing where nothing is", async () => {
    expect(await isolate().hears(null, root(4))).toBe(4);
    expect(await isolate().hears(saying(null), root(4))).toBe(4);
    expect(await isolate().hears(saying(null))).toBe(-1);
    expect(await isolate().hears(null)).toBeUndefined();
  });

  it("keeps what it has seen of signals though an answer comes late that knows fewer", async () => {
    const { hears, currency } = isolate();
    await hears(saying(5, 9));
    await hears(saying(5, 4));
    expect(currency.sequence()).toBe(9);
  });
});
