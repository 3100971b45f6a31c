import { describe, expect, it } from "vitest";
import { ask } from "../../src/actions/action.ts";
import { analytics, latencyPercentile } from "../../src/analytics/index.ts";
import { registry } from "../support/registry.ts";
import { counted } from "../support/counted-usage.ts";

const hour = 3_600_000;
const start = 1_800_000_000_000 - (1_800_000_000_000 % hour);

describe("list-usage", () => {
  it("adds up exact totals by time and by what was asked for", async () => {
    const ctx = await registry();
    await counted(ctx, { at: start });
    await counted(ctx, { at: start, status: 502, durationMs: 400, units: 3 });
    await counted(ctx, { at: start + hour + 1, api: "api_2" });
    await counted(ctx, { at: start + 5 * hour });
    const asked = { from: String(start), to: String(start + 2 * hour), per: "hour", by: "api" };
    const answer = await ask(analytics.listUsage, ctx, asked);
    expect(analytics.listUsage.output.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      complete: true,
      items: [
        { from: start, api: "api_1", calls: 2, units: 4, classes: { "2xx": 1, "3xx": 0, "4xx": 0, "5xx": 1 } },
        { from: start + hour, api: "api_2", calls: 1, units: 1 },
      ],
    });
    const total = await ask(analytics.listUsage, ctx, { from: 0, to: start + 9 * hour, api: "api_1" });
    expect(total.items).toMatchObject([{ from: null, calls: 3 }]);
    const none = await ask(analytics.listUsage, await registry(), { from: 0, to: start + 9 * hour });
    expect(none.items.reduce((sum, { calls }) => sum + calls, 0)).toBe(0);
  });

  it("tells versions apart by the names that they had, and finds them by id as well", async () => {
    const ctx = await registry();
    const [renamed, other] = [
      { version: "ver_1", versionName: "v1-old" },
      { version: "ver_2", versionName: "v2" },
    ];
    // The first as it was counted before ids were kept.
    for (const named of [{ version: "v1", versionName: "" }, {}, renamed, renamed, other]) {
      await counted(ctx, { at: start, ...named });
    }
    const asked = async (question: object) =>
      (await ask(analytics.listUsage, ctx, { from: start, to: start + hour, by: "version", ...question })).items.map(
        ({ version, calls }) => [version, calls],
      );
    const [v1, old] = [
      ["v1", 2],
      ["v1-old", 2],
    ];
    expect(await asked({})).toEqual([v1, old, ["v2", 1]]);
    expect(await asked({ version: "v1" })).toEqual([v1]);
    expect(await asked({ version: "ver_1" })).toEqual([["v1", 1], old]);
  });

  it("rounds a range to hours, and adds hours up to days", async () => {
    const ctx = await registry();
    const midnight = start - (start % (24 * hour));
    for (const at of [0, 59 * 60_000, hour, 23 * hour, 24 * hour]) await counted(ctx, { at: midnight + at });
    const calls = async (asked: object) =>
      (await ask(analytics.listUsage, ctx, asked)).items.map((row) => [row.from, row.calls]);
    const wide = { from: midnight + 30 * 60_000, to: midnight + hour + 1 };
    expect(await calls(wide)).toEqual([[null, 3]]);
    expect(await calls({ ...wide, per: "hour" })).toEqual([
      [midnight, 2],
      [midnight + hour, 1],
    ]);
    expect(await calls({ from: midnight, to: midnight + 25 * hour, per: "day" })).toEqual([
      [midnight, 4],
      [midnight + 24 * hour, 1],
    ]);
  });

  it("says where the input is wrong, and needs its scope", async () => {
    const ctx = await registry();
    await expect(ask(analytics.listUsage, ctx, { from: 0, to: "x", by: "colour" })).rejects.toMatchObject({
      code: "input-invalid",
      members: { errors: [{ pointer: "/to" }, { pointer: "/by/0" }] },
    });
    const other = ctx.as({ scopes: ["audit:read"] });
    await expect(ask(analytics.listUsage, other, { from: 0, to: 1 })).rejects.toMatchObject({ code: "scope-missing" });
  });
});

describe("latencyPercentile", () => {
  it("interpolates within a bucket, and knows its ends", () => {
    expect(latencyPercentile([], 0.5)).toBe(0);
    expect(latencyPercentile([0, 0, 10], 0.5)).toBe(17.5);
    expect(latencyPercentile([10, 0, 10], 0.5)).toBe(5);
    expect(latencyPercentile([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7], 0.99)).toBe(10_000);
  });
});
