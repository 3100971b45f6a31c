import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { ulid } from "ulid";
import { describe, expect, it, vi } from "vitest";
import { logLine as line } from "../support/log-line.ts";
import type { LogLine, TailQuestion } from "../../src/model/log-line.ts";

function tailOf(workspace = ulid()) {
  const tail = env.TAIL.getByName(`tail:${workspace}`);
  const read = (question: Partial<TailQuestion> = {}) =>
    tail.read({ workspace, waitMs: 0, limit: 100, filter: {}, ...question });
  return { tail, workspace, read };
}

const callsOf = ({ lines }: { readonly lines: readonly LogLine[] }) => lines.map(({ call }) => call);
const beacon = () => env.BEACON.getByName("beacon");

describe("a tail", () => {
  it("has gateways report once somebody asks, and tells each line once", async () => {
    const { tail, workspace, read } = tailOf();
    const before = await beacon().since({ root: -1, cursor: 0 });
    expect(before.tailed).not.toContain(workspace);
    await tail.report([line()], 0);
    const { lines, cursor } = await read();
    expect(lines).toEqual([]);
    expect((await beacon().since({ root: -1, cursor: 0 })).tailed).toContain(workspace);

    const [a, b, c] = [line(), line(), line()];
    await tail.report([a, b], 0);
    const first = await read({ cursor, limit: 1 });
    expect(callsOf(first)).toEqual([a.call]);
    await tail.report([c], 0);
    const second = await read({ cursor: first.cursor });
    expect(callsOf(second)).toEqual([b.call, c.call]);
    expect(callsOf(await read({ cursor: second.cursor }))).toEqual([]);
    // Whoever comes later sees what comes from then on.
    expect(callsOf(await read())).toEqual([]);
  });

  it("answers whoever waits as soon as a line comes that passes the filter", async () => {
    const { tail, read } = tailOf();
    const { cursor } = await read();
    const waiting = read({ cursor, waitMs: 20_000, filter: { status: "5xx", api: "api_2" } });
    await tail.report([line({ status: 503 }), line({ api: "api_2" })], 0);
    const wanted = line({ status: 502, api: "api_2" });
    await tail.report([wanted], 0);
    const answer = await waiting;
    expect(callsOf(answer)).toEqual([wanted.call]);
    // What did not pass is behind the cursor, too.
    expect(callsOf(await read({ cursor: answer.cursor }))).toEqual([]);
  });

  it("says how many calls nobody is told of: what gateways had no room for, and what it kept no longer", async () => {
    const { tail, read } = tailOf();
    const { cursor } = await read();
    await tail.report([line()], 7);
    expect(await read({ cursor })).toMatchObject({ skipped: 7 });
    const later = (await read()).cursor;
    for (let reports = 0; reports < 21; reports += 1)
      await tail.report(
        Array.from({ length: 100 }, () => line()),
        0,
      );
    const answer = await read({ cursor: later, limit: 1_000 });
    expect([answer.lines.length, answer.skipped]).toEqual([1_000, 100]);
    expect(await read({ cursor: answer.cursor, limit: 1_000 })).toMatchObject({ skipped: 0 });
  });

  it("keeps nothing once nobody has asked for a minute", async () => {
    const { tail, workspace, read } = tailOf();
    const { cursor } = await read();
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      vi.setSystemTime(Date.now() + 61_000);
      await tail.report([line()], 0);
      expect((await beacon().since({ root: -1, cursor: 0 })).tailed).not.toContain(workspace);
      expect(await read({ cursor })).toMatchObject({ lines: [], skipped: 0 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("goes on for a watcher whose cursor is of before a restart", async () => {
    const { tail, read } = tailOf();
    const { cursor } = await read();
    await tail.report([line(), line()], 3);
    await evictDurableObject(tail);
    await read();
    const after = line();
    await tail.report([after], 0);
    expect(await read({ cursor })).toMatchObject({ lines: [{ call: after.call }], skipped: 0 });
  });
});
