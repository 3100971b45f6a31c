import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedWindow } from "../../../src/model/ledger/fixed-window.ts";
import { periodAt } from "../../../src/model/ledger/period.ts";
import { quota } from "../../../src/model/ledger/quota.ts";
import { slidingWindow } from "../../../src/model/ledger/sliding-window.ts";
import { tokenBucket } from "../../../src/model/ledger/token-bucket.ts";
import type { FixedWindow, Quota, SlidingWindow, TokenBucket } from "../../../src/model/limit.ts";

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

describe("sliding window", () => {
  const limit: SlidingWindow = { name: "s", algorithm: "sliding-window", callsMax: 10, windowMs: 60_000 };

  it("keeps a unit until the full slots after its own have passed", () => {
    const occupancy = slidingWindow.begin(limit, noon + 1_500);
    expect(occupancy).toEqual({ since: noon, used: 0, slots: [0], slotMs: 6_000 });
    slidingWindow.spend(occupancy, 3);
    slidingWindow.advance(limit, occupancy, noon + 7_000);
    slidingWindow.spend(occupancy, 4);
    expect(occupancy).toMatchObject({ since: noon + 6_000, used: 7, slots: [4, 3] });
    expect(slidingWindow.waitMs(limit, occupancy, 3, noon + 7_000)).toBe(59_000);
    expect(slidingWindow.waitMs(limit, occupancy, 4, noon + 7_000)).toBe(65_000);
    expect(slidingWindow.resetMs(limit, occupancy, noon + 7_000)).toBe(65_000);
    slidingWindow.advance(limit, occupancy, noon + 65_999);
    expect(occupancy.used).toBe(7);
    slidingWindow.advance(limit, occupancy, noon + 66_000);
    expect(occupancy.used).toBe(4);
    expect(slidingWindow.advance(limit, occupancy, noon + 72_000)).toBe(true);
    expect(occupancy).toEqual({ since: noon + 72_000, used: 0, slots: [0], slotMs: 6_000 });
    expect(slidingWindow.resetMs(limit, occupancy, noon + 72_000)).toBe(0);
  });

  it("gives an undone take back to the slot that it was counted in, as long as that stands", () => {
    const occupancy = slidingWindow.begin(limit, noon);
    slidingWindow.spend(occupancy, 3);
    slidingWindow.advance(limit, occupancy, noon + 13_000);
    slidingWindow.spend(occupancy, 2);
    expect(slidingWindow.undo(occupancy, 1, noon)).toBe(true);
    expect(occupancy).toMatchObject({ used: 4, slots: [2, 0, 2] });
    expect(slidingWindow.undo(occupancy, 1, noon - 6_000)).toBe(false);
    expect(slidingWindow.undo(occupancy, 1, noon + 1)).toBe(false);
    slidingWindow.advance(limit, occupancy, noon + 66_000);
    expect(slidingWindow.undo(occupancy, 1, noon)).toBe(false);
    expect(occupancy.used).toBe(2);
  });

  it("keeps all that is used for a whole new window when its length changes, and never goes back", () => {
    const occupancy = slidingWindow.begin(limit, noon);
    slidingWindow.spend(occupancy, 3);
    slidingWindow.advance(limit, occupancy, noon - 60_000);
    expect(occupancy.since).toBe(noon);
    const hourly = { ...limit, windowMs: 3_600_000 };
    slidingWindow.advance(hourly, occupancy, noon + 30_000);
    expect(occupancy).toEqual({ since: noon, used: 3, slots: [3], slotMs: 360_000 });
    expect(slidingWindow.resetMs(hourly, occupancy, noon + 30_000)).toBe(3_600_000 + 360_000 - 30_000);
  });

  it("has full slots that are never shorter than the window", () => {
    const odd = { ...limit, windowMs: 1_234 };
    expect((slidingWindow.begin(odd, noon).slotMs ?? 0) * 10).toBeGreaterThanOrEqual(1_234);
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

  const at = (text: string): number => Date.parse(text);
  const periodOf = (changes: Partial<Quota>, now: string): string[] => {
    const { start, end } = periodAt({ ...limit, ...changes }, at(now));
    return [new Date(start).toISOString(), new Date(end).toISOString()];
  };

  it.each<[Quota["period"], string, string]>([
    ["hour", "2026-11-25T12:00:00.000Z", "2026-11-25T13:00:00.000Z"],
    ["day", "2026-11-25T00:00:00.000Z", "2026-11-26T00:00:00.000Z"],
    ["week", "2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"],
    ["month", "2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["year", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
  ])("begins with the calendar's %s", (period, start, end) => {
    expect(periodOf({ period }, "2026-11-25T12:34:56Z")).toEqual([start, end]);
  });

  it("keeps to the calendar of its time zone, over the days on which clocks change", () => {
    const timeZone = "Europe/Berlin";
    expect(periodOf({ timeZone }, "2026-10-31T22:59:59Z")).toEqual([
      "2026-09-30T22:00:00.000Z",
      "2026-10-31T23:00:00.000Z",
    ]);
    expect(periodOf({ timeZone, period: "day" }, "2026-10-25T12:00:00Z")).toEqual([
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
    expect(periodOf({ timeZone: "Asia/Kathmandu", period: "hour" }, "2026-10-25T12:20:00Z")).toEqual([
      "2026-10-25T12:15:00.000Z",
      "2026-10-25T13:15:00.000Z",
    ]);
  });

  it("counts from the subscription: the 31st is the last day of shorter months, and the 31st again where there is one", () => {
    const anchored: Partial<Quota> = { anchor: "subscription", anchorAt: at("2026-01-31T10:00:00Z") };
    expect(periodOf(anchored, "2026-02-28T09:59:59Z")).toEqual([
      "2026-01-31T10:00:00.000Z",
      "2026-02-28T10:00:00.000Z",
    ]);
    expect(periodOf(anchored, "2026-02-28T10:00:00Z")).toEqual([
      "2026-02-28T10:00:00.000Z",
      "2026-03-31T10:00:00.000Z",
    ]);
    expect(periodOf(anchored, "2028-02-29T12:00:00Z")).toEqual([
      "2028-02-29T10:00:00.000Z",
      "2028-03-31T10:00:00.000Z",
    ]);
    // A clock that is behind the subscription's.
    expect(periodOf(anchored, "2025-12-31T09:00:00Z")).toEqual([
      "2025-11-30T10:00:00.000Z",
      "2025-12-31T10:00:00.000Z",
    ]);
    expect(periodOf({ ...anchored, period: "week" }, "2026-02-07T10:00:00Z")).toEqual([
      "2026-02-07T10:00:00.000Z",
      "2026-02-14T10:00:00.000Z",
    ]);
  });

  it("lets all through where calls beyond it are allowed, tells what it was meant to be, and gives back what died", () => {
    const soft: Quota = { ...limit, overage: "charge" };
    expect(quota.capacity(soft)).toBeGreaterThan(1e12);
    expect(quota.stated(soft)).toBe(1_000);
    expect(quota.orphan(soft)).toBe("refund");
    expect(quota.orphan(limit)).toBe("spent");
  });

  it("has no gap and no overlap, wherever it is anchored and whatever the time zone", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Quota["period"]>("hour", "day", "week", "month", "year"),
        fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"),
        fc.option(fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") })),
        fc.integer({ min: at("2019-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }),
        (period, timeZone, anchorAt, now) => {
          const one: Quota = { ...limit, period, timeZone, ...(anchorAt === null ? {} : { anchorAt }) };
          const { start, end } = periodAt(one, now);
          expect(start).toBeLessThanOrEqual(now);
          expect(end).toBeGreaterThan(now);
          expect(periodAt(one, end).start).toBe(end);
          expect(periodAt(one, start - 1).end).toBe(start);
        },
      ),
      { numRuns: 500 },
    );
  });
});
