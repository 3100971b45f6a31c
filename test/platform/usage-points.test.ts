import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { checked, pointOf } from "../../src/platform/usage-points.ts";
import { usage } from "../support/usage.ts";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

it("writes one point with the application as the index that is sampled by", () => {
  const write = vi.spyOn(env.USAGE, "writeDataPoint");
  env.USAGE.writeDataPoint(pointOf(usage));
  expect(write.mock.calls[0]?.[0]).toMatchObject({ indexes: ["app_1"], doubles: [200, 1, 12, 0, 0, 543, 0, 0] });
  // The order of columns is a contract: the version's name stands where it stood before there was its id.
  expect(pointOf(usage).blobs.slice(2, 5)).toEqual(["api_1", "v1", "listBooks"]);
  expect(pointOf(usage).blobs[16]).toBe("ver_1");
  expect(pointOf({ ...usage, application: "" }).indexes).toEqual(["api api_1"]);
});

it("keeps the platform's limits, which the local binding does not check", () => {
  const long = "ü".repeat(20_000);
  const point = checked({
    indexes: [long],
    blobs: Array.from({ length: 30 }, () => long),
    doubles: [Number.NaN, Number.POSITIVE_INFINITY, ...Array.from({ length: 30 }, () => 1)],
  });
  expect(bytes(point.indexes[0])).toBeLessThanOrEqual(96);
  expect(point.indexes[0]).not.toContain("\uFFFD");
  expect(point.blobs.length).toBe(20);
  expect(point.blobs.reduce((sum, blob) => sum + bytes(blob), 0)).toBeLessThanOrEqual(16_384);
  expect(point.doubles).toHaveLength(20);
  expect(point.doubles.slice(0, 2)).toEqual([0, 0]);
});
