import type { SlidingWindow } from "../limit.ts";
import type { Algorithm, Occupancy } from "./algorithm.ts";

/** Full slots that a unit stays for, beyond the running one. The sustained rate is slots/(slots + 1) of the limit. */
export const slidingSlots = 10;

/** Rounded up, so that the full slots are never shorter than the window. */
const slotMsOf = (limit: SlidingWindow): number => Math.ceil(limit.windowMs / slidingSlots);
const startOf = (slotMs: number, now: number): number => now - (now % slotMs);
const sum = (slots: readonly number[]): number => slots.reduce((total, units) => total + units, 0);

/** Slots that are empty at the end say nothing. */
function keep(occupancy: Occupancy, slots: number[]): void {
  while (slots.length > 1 && slots.at(-1) === 0) slots.pop();
  occupancy.slots = slots;
  occupancy.used = sum(slots);
}

/** When the slot so many before the running one is out, and its units with it. */
const outAt = (occupancy: Occupancy, limit: SlidingWindow, index: number): number =>
  occupancy.since + (slidingSlots + 1 - index) * slotMsOf(limit);

/**
 * `callsMax` in *any* interval of length `windowMs`. A unit stays until the full slots after its own have passed, so an
 * interval that begins and ends within slots is covered too: that costs a slot's share of the rate.
 */
export const slidingWindow: Algorithm<SlidingWindow> = {
  outstanding: "carried",
  orphan: () => "spent",
  capacity: (limit) => limit.callsMax,
  stated: (limit) => limit.callsMax,
  rate: (limit) => (limit.callsMax * slidingSlots * 1_000) / ((slidingSlots + 1) * limit.windowMs),
  begin(limit, now) {
    const slotMs = slotMsOf(limit);
    return { since: startOf(slotMs, now), used: 0, slots: [0], slotMs };
  },
  spend(occupancy, units) {
    const [running = 0, ...before] = occupancy.slots ?? [];
    keep(occupancy, [running + units, ...before]);
  },
  undo(occupancy, units, since) {
    const { slots = [], slotMs = 1 } = occupancy;
    const index = (occupancy.since - since) / slotMs;
    const spent = slots[index];
    if (spent === undefined) return false;
    keep(occupancy, slots.with(index, Math.max(0, spent - units)));
    return true;
  },
  advance(limit, occupancy, now) {
    const slotMs = slotMsOf(limit);
    const start = startOf(slotMs, now);
    if (occupancy.slotMs !== slotMs) {
      // A plan has changed the window's length: all of it stays for a whole new window, as nobody knows how it lay.
      occupancy.slotMs = slotMs;
      occupancy.since = start;
      keep(occupancy, [occupancy.used]);
      return false;
    }
    const passed = (start - occupancy.since) / slotMs;
    if (passed <= 0) return false;
    const empty = Array.from({ length: Math.min(passed, slidingSlots + 1) }, () => 0);
    occupancy.since = start;
    keep(occupancy, [...empty, ...(occupancy.slots ?? [])].slice(0, slidingSlots + 1));
    return occupancy.used === 0;
  },
  resetMs(limit, occupancy, now) {
    const newest = (occupancy.slots ?? []).findIndex((units) => units > 0);
    return newest === -1 ? 0 : outAt(occupancy, limit, newest) - now;
  },
  waitMs(limit, occupancy, units, now) {
    const slots = occupancy.slots ?? [];
    let gone = 0;
    for (let index = slots.length - 1; index >= 0; index -= 1) {
      gone += slots[index] ?? 0;
      if (gone >= units) return outAt(occupancy, limit, index) - now;
    }
    return outAt(occupancy, limit, 0) - now;
  },
};
