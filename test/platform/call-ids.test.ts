import { expect, it, vi } from "vitest";
import { traceparentOf } from "../../src/gateway/open.ts";
import { crockford } from "../../src/model/crockford.ts";
import { makeCallId } from "../../src/platform/call-ids.ts";

it("are ULIDs: 26 letters, in the order of their times, never the same", () => {
  const clock = vi.spyOn(Date, "now");
  const ids: string[] = [];
  for (const time of [0, 1, 1_795_662_702_170, 281_474_976_710_655]) {
    clock.mockReturnValue(time);
    const some = Array.from({ length: 1_000 }, makeCallId);
    const first = some[0] ?? "";
    const spoken = Array.from(first.slice(0, 10)).reduce((value, letter) => value * 32 + crockford.indexOf(letter), 0);
    expect(spoken).toBe(time);
    ids.push(...some);
  }
  clock.mockRestore();
  for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.map((id) => id.slice(0, 10))).toEqual(ids.map((id) => id.slice(0, 10)).toSorted());
});

it("begin a trace with their own 128 bits, or go on with the caller's under a span of theirs", () => {
  for (let turn = 0; turn < 200; turn += 1) {
    const id = makeCallId();
    const bits = Array.from(id).reduce((value, letter) => value * 32n + BigInt(crockford.indexOf(letter)), 0n);
    const hex = bits.toString(16).padStart(32, "0");
    expect(traceparentOf("", id)).toBe(`00-${hex}-${hex.slice(16)}-00`);
    expect(traceparentOf("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", id)).toBe(
      `00-4bf92f3577b34da6a3ce929d0e0e4736-${hex.slice(16)}-01`,
    );
  }
});
