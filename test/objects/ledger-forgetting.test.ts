import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ask } from "../../src/model/ledger/messages.ts";
import { ledgerName } from "../../src/model/ledger/name.ts";
import type { Limit } from "../../src/model/limit.ts";

const hourMs = 3_600_000;
const noon = Date.UTC(2026, 10, 25, 12);
const hourly: Limit = { name: "hourly", algorithm: "fixed-window", callsMax: 10, windowMs: hourMs };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(noon);
});
afterEach(() => {
  vi.useRealTimers();
});

/** What an isolate would say of one address; `seq` counts by itself. */
let seq = 0;
const takeOf = (key: string, definitions: Ask["definitions"] = []): Ask => {
  seq += 1;
  const nothing = { hold: {}, spare: {}, says: [], undo: [], report: null };
  return { protocol: 1, holder: "h", seq, floor: seq, lease: 1, take: { [key]: 1 }, definitions, ...nothing };
};

describe("limits by address", () => {
  it("are gone from memory and disk an hour after the last call, and come back with their definition", async () => {
    const name = ledgerName({ subject: "crowd", workspace: "ws_1", environment: "env_1", id: "7" });
    const stub = () => env.LEDGER.getByName(name);
    const keys = Array.from({ length: 50 }, (_, address) => `rl@${address}/hourly`);
    for (const key of keys) {
      await stub().ask(takeOf(key, [{ key, revision: 1, limit: hourly }]));
    }
    const stored = async () =>
      await runInDurableObject(stub(), (_object, state) =>
        state.storage.sql
          .exec("SELECT key FROM limit_state")
          .toArray()
          .map(({ key }) => key),
      );
    expect(await stored()).toHaveLength(50);
    await evictDurableObject(stub());
    vi.setSystemTime(noon + hourMs - 1_000);
    const [kept = ""] = keys;
    await stub().ask(takeOf(kept));
    vi.setSystemTime(noon + hourMs);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await stored()).toEqual(["rl@0"]);
    await evictDurableObject(stub());
    expect((await stub().peek()).limits.map(({ key }) => key)).toEqual([kept]);
    expect(await stub().ask(takeOf("rl@7/hourly"))).toMatchObject({ unknown: ["rl@7/hourly"] });
    vi.setSystemTime(noon + 3 * hourMs);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await stored()).toEqual([]);
    expect(await runDurableObjectAlarm(stub())).toBe(false);
  });
});
