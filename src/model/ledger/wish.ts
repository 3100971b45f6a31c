import type { LimitKey } from "../limit.ts";
import type { Units } from "./messages.ts";
import { callsLeft } from "./view.ts";
import type { Bundle, LedgerView } from "./view.ts";

const boostMax = 16;
const bundlesMax = 64;

/** Counts a call; the count decays by e in a second, so it is about the calls per second of late. */
export function countCall(bundle: Bundle, now: number): void {
  bundle.count = rateOf(bundle, now) + 1;
  bundle.countedAt = now;
}

function rateOf(bundle: Bundle, now: number): number {
  return bundle.count * Math.exp(-Math.max(0, now - bundle.countedAt) / 1_000);
}

/** The level to wish for: a second's calls. Below two a second nothing: a take a call is cheaper than a lease to return. */
export function wishOf(bundle: Bundle, now: number): Units {
  const rate = rateOf(bundle, now);
  if (rate < 2) return {};
  const calls = Math.ceil(rate * bundle.boost);
  return Object.fromEntries(bundle.units.map(([key, units]) => [key, calls * units]));
}

/** The lease ran dry under a call: if it had been filled less than `settleMs` ago, it was too small. */
export function runDry(bundle: Bundle, now: number, settleMs: number): void {
  if (now - bundle.grantedAt < settleMs) bundle.boost = Math.min(boostMax, bundle.boost * 2);
}

/** Whether to refill in the background: less is left than is spent in two round trips, and nobody is at it. */
export function needsRefill(view: LedgerView, bundle: Bundle, now: number): boolean {
  if (bundle.units.length === 0 || now < bundle.refillUntil) return false;
  const rate = rateOf(bundle, now);
  return rate >= 2 && callsLeft(view, bundle, now) < Math.max(2, (rate * 2 * view.rttMs) / 1_000);
}

export function bundleOf(view: LedgerView, units: ReadonlyMap<LimitKey, number>): Bundle {
  let id = "";
  for (const [key, count] of units) id += `${key}=${count};`;
  const known = view.bundles.get(id);
  if (known !== undefined) return known;
  const bundle: Bundle = {
    units: [...units],
    count: 0,
    countedAt: 0,
    boost: 1,
    grantedAt: -Infinity,
    refillUntil: -Infinity,
  };
  // Costs may vary without end; a bundle only remembers a rate, so forgetting costs a few asks.
  if (view.bundles.size >= bundlesMax) view.bundles.clear();
  view.bundles.set(id, bundle);
  return bundle;
}
