/** What `npm run load` makes of the calls that it has seen, and what it may be told. */
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LoggedCall } from "../../bench/limits/call-log.ts";
import { brokenWindows, countWindows, mostInInterval } from "../../bench/limits/count-windows.ts";
import { brokenUsage, countUsage, missingUsage } from "../../bench/limits/read-usage.ts";

const root = path.join(import.meta.dirname, "..", "..");

function call(sentAt: number, arrivedAt: number | null, status: string | null = "200"): LoggedCall {
  return { sentAt, arrivedAt, endedAt: (arrivedAt ?? sentAt) + 1, status, latencyMs: 1 };
}

const windows = { limit: 2, windowMs: 100, from: 1_000, count: 2 };

describe("windows", () => {
  it("may seem above their limit by calls of the one before, and are not", () => {
    const calls = [call(1_098, 1_101), call(1_102, 1_103), call(1_150, 1_160), call(1_170, null, "429")];
    const [first, second] = countWindows(calls, windows);
    expect(first).toMatchObject({ sent: 1, admitted: 0, below: 2 });
    expect(second).toMatchObject({ sent: 3, admitted: 3, carried: 1, below: 0 });
    expect(brokenWindows(calls, windows)).toEqual([]);
  });

  it("are above it when too many were sent and arrived within one, or within several", () => {
    const within = [call(1_100, 1_101), call(1_102, 1_103), call(1_150, 1_199)];
    expect(brokenWindows(within, windows)).toEqual(["window 2 admitted 3 calls, 2 are allowed"]);
    const across = [call(1_000, 1_010), call(1_020, 1_030), call(1_099, 1_100), call(1_150, 1_160), call(1_170, 1_180)];
    expect(brokenWindows(across, windows)).toEqual(["windows 1 to 2 admitted 5 calls, 4 are allowed"]);
  });

  it("that slide are measured wherever they begin", () => {
    const calls = [call(1_000, 1_090), call(1_100, 1_105), call(1_180, 1_185), call(1_188, 1_230)];
    expect(mostInInterval(calls, 100)).toEqual({ arrived: 3, surely: 2 });
  });
});

describe("usage", () => {
  const calls = [call(1, 2), call(3, 4), call(5, null, "429"), call(6, 7, null)];

  it("may lack calls only after a kill, and may hold what was broken off", () => {
    const counted = countUsage(calls, { calls: 1, refused: 1 });
    expect(counted).toMatchObject({ answered: 2, answeredRefused: 1, brokenOff: 1, missing: 1 });
    expect(brokenUsage("leased", counted)).toEqual([]);
    expect(missingUsage("leased", counted)).toHaveLength(1);
    expect(brokenUsage("leased", countUsage(calls, { calls: 3, refused: 1 }))).toEqual([]);
  });

  it("may not hold more than was made", () => {
    expect(brokenUsage("leased", countUsage(calls, { calls: 4, refused: 0 }))).toHaveLength(1);
    expect(brokenUsage("leased", countUsage(calls, { calls: 3, refused: 2 }))).toEqual([
      "leased: usage counts 5 calls, at most 4 were made",
    ]);
  });
});

describe("npm run load", () => {
  const run = (...args: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [path.join(root, "bench/limits.ts"), ...args], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });

  it("says what it may be told", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const option of ["--part", "--windows", "--rate", "--json"]) expect(stdout).toContain(option);
  });

  it.each([[["--rate", "0"]], [["--windows", "1e1"]], [["--part", "half"]], [["--fast"]], [["now"]]])(
    "refuses %j with the usage",
    async (args) => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("Usage: npm run load");
    },
  );
});
