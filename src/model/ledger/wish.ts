import type { LimitKey } from "../limit.ts";
import type { Units } from "./messages.ts";
import { callsLeft, freeOf } from "./view.ts";
import type { Bundle, LedgerView, Share } from "./view.ts";

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
export function wishOf(view: LedgerView, bundle: Bundle, now: number): Units {
  const rate = rateOf(bundle, now);
  if (rate < 2) return {};
  const calls = Math.ceil(rate * bundle.boost);
  return Object.fromEntries(
    bundle.shares.map(({ key, units, permit }) => [key, permit ? permitsFor(view, key) : calls * units]),
  );
}

/** A permit serves one call after the other, so it is calls in flight that count: half as many more may come at once. */
function permitsFor(view: LedgerView, key: LimitKey): number {
  const held = view.lease.pools.get(key)?.held ?? 0;
  return 1 + Math.ceil(held / 2);
}

/**
 * Returns what calls have let go of, beyond the level that would be wished for: after a peak of calls in flight their
 * permits would else lie here, renewed, for as long as calls come at all.
 */
export function trim(view: LedgerView, now: number): void {
  const held = new Set<LimitKey>();
  const levels = new Map<LimitKey, number>();
  for (const bundle of view.bundles.values()) {
    if (bundle.isHeld) for (const share of bundle.shares) if (share.held) held.add(share.key);
    for (const [key, level] of Object.entries(wishOf(view, bundle, now)))
      levels.set(key, (levels.get(key) ?? 0) + level);
  }
  for (const key of held) {
    const pool = view.lease.pools.get(key);
    if (pool !== undefined) pool.returned += Math.max(0, freeOf(pool) - (levels.get(key) ?? 0));
  }
}

/** The lease ran dry under a call: if it had been filled less than `settleMs` ago, it was too small. */
export function runDry(bundle: Bundle, now: number, settleMs: number): void {
  if (now - bundle.grantedAt < settleMs) bundle.boost = Math.min(boostMax, bundle.boost * 2);
}

/** Whether to refill in the background: less is left than is spent in two round trips, and nobody is at it. */
export function needsRefill(view: LedgerView, bundle: Bundle, now: number): boolean {
  if (bundle.shares.length === 0 || now < bundle.refillUntil) return false;
  const rate = rateOf(bundle, now);
  return rate >= 2 && callsLeft(view, bundle, now) < Math.max(2, (rate * 2 * view.rttMs) / 1_000);
}

export function bundleOf(view: LedgerView, shares: readonly Share[]): Bundle {
  let id = "";
  for (const { key, units, held, isDispensable } of shares) {
    id += `${key}=${units}${held ? "h" : ""}${isDispensable ? "d" : ""};`;
  }
  const known = view.bundles.get(id);
  if (known !== undefined) return known;
  const bundle: Bundle = {
    shares,
    isHeld: shares.some(({ held: isHeld }) => isHeld),
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
