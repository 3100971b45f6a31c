import { parseList } from "structured-headers";
import { describe, expect, it } from "vitest";
import { rateLimitField, rateLimitPolicyField, type LimitStanding } from "../../src/model/rate-limit-fields.ts";

const standings: readonly LimitStanding[] = [
  {
    name: "burst",
    limit: { name: "burst", algorithm: "sliding-window", callsMax: 100, windowMs: 1_500 },
    remaining: 12.7,
    resetMs: 1_001,
    partition: "00ff10a0b0c0d0e0",
  },
  {
    name: "per-month",
    limit: { name: "per-month", algorithm: "quota", callsMax: 5_000, period: "month" },
    remaining: -3,
    resetMs: 86_400_000,
    partition: null,
  },
  {
    name: "in-flight",
    limit: { name: "in-flight", algorithm: "concurrency", callsMax: 4 },
    remaining: 1,
    resetMs: 10_000,
    partition: null,
  },
];

describe("the RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10)", () => {
  it("say what the limits are: quota, window, unit and partition", () => {
    expect(rateLimitPolicyField(standings)).toBe(
      '"burst";q=100;w=2;pk=:AP8QoLDA0OA=:, "per-month";q=5000, "in-flight";q=4;qu="concurrent-requests"',
    );
  });

  it("say what is left and when it comes back, never below nothing and never too early", () => {
    expect(rateLimitField(standings)).toBe(
      '"burst";r=12;t=2;pk=:AP8QoLDA0OA=:, "per-month";r=0;t=86400, "in-flight";r=1',
    );
  });

  it("are lists of strings with parameters, as RFC 9651 reads them", () => {
    const [first] = parseList(rateLimitPolicyField(standings));
    expect(first?.[0]).toBe("burst");
    expect(new Uint8Array(first?.[1].get("pk") as ArrayBuffer)).toEqual(
      new Uint8Array([0, 255, 16, 160, 176, 192, 208, 224]),
    );
    expect(parseList(rateLimitField(standings)).map(([name]) => name)).toEqual(["burst", "per-month", "in-flight"]);
  });
});
