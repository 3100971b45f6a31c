import { describe, expect, it } from "vitest";
import { counted, limitFigure, limitInWords, momentOf, percent, windowInWords } from "../../src/ui/wording.ts";

describe("wording", () => {
  it("counts in full", () => {
    expect(counted(0, "API")).toBe("no APIs");
    expect(counted(1, "API")).toBe("1 API");
    expect(counted(2_418_336, "call")).toBe("2,418,336 calls");
  });

  it.each([
    [0, 0, "–"],
    [0, 10, "0"],
    [31, 10_000, "0.31"],
    [19, 1_000, "1.9"],
    [24_183, 2_418_336, "1.0"],
    [999, 1_000, "100"],
    [1, 2, "50"],
  ])("%i of %i is %s per cent", (part, whole, text) => expect(percent(part, whole)).toBe(text));

  it.each([
    [1_000, "a second"],
    [60_000, "a minute"],
    [3_600_000, "an hour"],
    [86_400_000, "a day"],
    [7_200_000, "every 2 hours"],
    [90_000, "every 90 seconds"],
    [1_500, "every 1,500 milliseconds"],
  ])("a window of %i ms is %s", (ms, words) => expect(windowInWords(ms)).toBe(words));

  it("puts limits in words", () => {
    expect(limitInWords({ name: "m", algorithm: "quota", callsMax: 10_000, period: "month" })).toBe(
      "10,000 calls a month",
    );
    expect(limitInWords({ name: "s", algorithm: "token-bucket", callsMax: 50, windowMs: 1_000, burstMax: 100 })).toBe(
      "50 calls a second, at most 100 at once",
    );
  });

  it("writes moments in UTC", () => {
    expect(momentOf(Date.UTC(2026, 10, 22, 14, 5))).toBe("22 Nov 2026, 14:05 UTC");
  });
});

it("says what a limit is about, and what becomes of calls beyond it", () => {
  const hourly = { name: "h", algorithm: "quota", callsMax: 1_000, period: "hour" } as const;
  expect(limitInWords(hourly)).toBe("1,000 calls an hour");
  expect(limitFigure(hourly)).toBe("1,000");
  expect(limitFigure({ ...hourly, overage: "charge" })).toBe("1,000, more is charged");
  expect(limitFigure({ ...hourly, overage: "allow" })).toBe("1,000, more is let through");
  expect(limitInWords({ name: "c", algorithm: "concurrency", callsMax: 2 })).toBe("2 calls at the same time");
});
