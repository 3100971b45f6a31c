import { describe, expect, it } from "vitest";
import { fixedWindow } from "../../../src/model/ledger/fixed-window.ts";
import { quota } from "../../../src/model/ledger/quota.ts";
import { tokenBucket } from "../../../src/model/ledger/token-bucket.ts";
import type { FixedWindow, Quota, TokenBucket } from "../../../src/model/limit.ts";

const noon = Date.UTC(2026, 10, 25, 12);

describe("fixed window", () => {
  const limit: FixedWindow = { name: "m", algorithm: "fixed-window", callsMax: 10, windowMs: 60_000 };

  it("is aligned to the epoch, and empties when the next one begins", () => {
    const occupancy = fixedWindow.begin(limit, noon + 1_500);
    expect(occupancy).toEqual({ since: noon, used: 0 });
    occupancy.used = 7;
    expect(fixedWindow.advance(limit, occupancy, noon + 59_999)).toBe(false);
    expect(fixedWindow.resetMs(limit, occupancy, noon + 59_999)).toBe(1);
    expect(fixedWindow.advance(limit, occupancy, noon + 60_000)).toBe(true);
    expect(occupancy).toEqual({ since: noon + 60_000, used: 0 });
  });

  it("never goes back, neither in time nor when its length changes", () => {
    const occupancy = { since: noon + 60_000, used: 7 };
    expect(fixedWindow.advance(limit, occupancy, noon)).toBe(false);
    expect(fixedWindow.advance({ ...limit, windowMs: 3_600_000 }, occupancy, noon + 120_000)).toBe(false);
    expect(occupancy.used).toBe(7);
    expect(fixedWindow.advance({ ...limit, windowMs: 3_600_000 }, occupancy, noon + 3_600_000)).toBe(true);
  });
});

describe("token bucket", () => {
  const limit: TokenBucket = { name: "b", algorithm: "token-bucket", callsMax: 10, windowMs: 1_000, burstMax: 20 };

  it("leaks at its rate, down to empty and not below", () => {
    const occupancy = tokenBucket.begin(limit, noon);
    occupancy.used = 5;
    expect(tokenBucket.resetMs(limit, occupancy, noon)).toBe(500);
    expect(tokenBucket.waitMs(limit, occupancy, 2, noon)).toBe(200);
    tokenBucket.advance(limit, occupancy, noon + 150);
    expect(occupancy.used).toBeCloseTo(3.5);
    tokenBucket.advance(limit, occupancy, noon + 10_000);
    expect(occupancy).toEqual({ since: noon + 10_000, used: 0 });
    tokenBucket.advance(limit, occupancy, noon);
    expect(occupancy.since).toBe(noon + 10_000);
  });
});

describe("quota", () => {
  const limit: Quota = { name: "q", algorithm: "quota", callsMax: 1_000, period: "month" };

  it("runs by the calendar month in UTC", () => {
    const occupancy = quota.begin(limit, noon);
    expect(occupancy.since).toBe(Date.UTC(2026, 10, 1));
    occupancy.used = 1_000;
    const end = Date.UTC(2026, 11, 1);
    expect(quota.resetMs(limit, occupancy, noon)).toBe(end - noon);
    expect(quota.advance(limit, occupancy, end - 1)).toBe(false);
    expect(quota.advance(limit, occupancy, end)).toBe(true);
    expect(occupancy).toEqual({ since: end, used: 0 });
    expect(quota.begin(limit, Date.UTC(2027, 0, 1)).since).toBe(Date.UTC(2027, 0, 1));
  });
});
