import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { ulid } from "ulid";
import { describe, expect, it, vi } from "vitest";
import type { Root } from "../../src/model/program.ts";
import type { Signal } from "../../src/model/signal.ts";

const root = (sequence: number): Root => ({ format: 1, sequence, global: "g", buckets: {} });
const changed = (sequence: number, id: string): Signal => ({ sequence, kind: "key", id });
const newcomer = { root: -1, cursor: 0 };

describe("the Beacon", () => {
  it("never goes back to an older root, and keeps the newest over a restart", async () => {
    const beacon = env.BEACON.getByName(ulid());
    await beacon.announce(root(5), []);
    await beacon.announce(root(4), []);
    expect((await beacon.since(newcomer)).root?.sequence).toBe(5);
    await evictDurableObject(beacon);
    expect((await beacon.since(newcomer)).root?.sequence).toBe(5);
    expect((await beacon.since({ root: 5, cursor: 0 })).root).toBeNull();
  });

  it("tells each caller what arrived after its cursor, even what a later change has overtaken", async () => {
    const beacon = env.BEACON.getByName(ulid());
    await beacon.announce(root(8), [changed(8, "late")]);
    const { cursor } = await beacon.since(newcomer);
    await beacon.announce(root(7), [changed(7, "overtaken")]);
    const answer = await beacon.since({ root: 8, cursor });
    expect(answer).toMatchObject({ root: null, signals: [changed(7, "overtaken")], reset: false });
    expect(await beacon.since({ root: 8, cursor: answer.cursor })).toMatchObject({ signals: [] });
  });

  it("takes an announcement that arrives twice once", async () => {
    const beacon = env.BEACON.getByName(ulid());
    await beacon.announce(root(1), [changed(1, "a")]);
    const first = await beacon.since(newcomer);
    await beacon.announce(root(1), [changed(1, "a")]);
    expect(await beacon.since({ root: 1, cursor: first.cursor })).toMatchObject({ signals: [] });
    await beacon.announce(root(2), [changed(2, "b")]);
    expect((await beacon.since({ root: 1, cursor: first.cursor })).signals).toEqual([changed(2, "b")]);
  });

  it("makes a caller drop everything if it has slept through what was forgotten since", async () => {
    const beacon = env.BEACON.getByName(ulid());
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await beacon.announce(root(1), [changed(1, "a")]);
      const { cursor } = await beacon.since(newcomer);
      await beacon.announce(root(2), [changed(2, "b")]);
      vi.setSystemTime(Date.now() + 700_000);
      await beacon.announce(root(3), [changed(3, "c")]);
      expect((await beacon.since({ root: 1, cursor })).reset).toBe(true);
      expect((await beacon.since(newcomer)).reset).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it("numbers purge marks by their arrival and keeps them for longer than entries live", async () => {
    const beacon = env.BEACON.getByName(ulid());
    const purge: Signal = { sequence: 0, kind: "purge", workspace: "ws", scope: "tag", value: "books" };
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await beacon.announce(root(1), [changed(1, "a")]);
      const { cursor } = await beacon.since(newcomer);
      await beacon.announce(root(2), [{ ...purge, sequence: 2 }]);
      vi.setSystemTime(Date.now() + 24 * 3_600_000);
      await beacon.announce(root(3), [changed(3, "c")]);
      const { signals } = await beacon.since({ root: 1, cursor });
      expect(signals[0]).toEqual({ ...purge, sequence: cursor + 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("tells all of it to whoever is far behind, in several answers", async () => {
    const beacon = env.BEACON.getByName(ulid());
    for (let batch = 0; batch < 6; batch += 1) {
      const signals = Array.from({ length: 1_000 }, (_, index) => changed(batch + 1, `${batch}-${index}`));
      await beacon.announce(root(batch + 1), signals);
    }
    const first = await beacon.since(newcomer);
    expect(first).toMatchObject({ more: true, cursor: 5_000, reset: false });
    const second = await beacon.since({ root: 6, cursor: first.cursor });
    expect(second).toMatchObject({ more: false, cursor: 6_000 });
    expect(second.signals.at(-1)).toEqual(changed(6, "5-999"));
  });

  it("survives an answer that is asked for while it restarts", async () => {
    const beacon = env.BEACON.getByName(ulid());
    await beacon.announce(root(1), [changed(1, "a")]);
    await runInDurableObject(beacon, (_, state) => expect(state.storage.kv.get("cursor")).toBe(1));
    await evictDurableObject(beacon);
    expect(await beacon.since(newcomer)).toMatchObject({ cursor: 1, signals: [changed(1, "a")] });
  });
});
