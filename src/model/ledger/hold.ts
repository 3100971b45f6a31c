/** @module What calls hold of a lease until they end, and what becomes of it then (R4, R7). */
import type { LedgerConstants } from "./constants.ts";
import type { LimitKey } from "../limit.ts";
import type { Units } from "./messages.ts";
import { freeOf } from "./view.ts";
import type { Bundle, Hold, LeaseView, LedgerView, Share } from "./view.ts";

/** Takes hold of units that the object has put into this lease for a call: all of them, or none. */
export function takeHold(view: LedgerView, lease: LeaseView, units: Units): boolean {
  const wanted = Object.entries(units);
  const free = (key: LimitKey): number => {
    const pool = lease.pools.get(key);
    return pool === undefined ? 0 : freeOf(pool);
  };
  // A neighbour may have spent them, who had seen the newer total first.
  if (wanted.some(([key, count]) => free(key) < count)) return false;
  for (const [key, count] of wanted) {
    const pool = lease.pools.get(key);
    if (pool === undefined) continue;
    pool.held += count;
    const heard = view.heard.get(key);
    if (heard !== undefined) heard.spent += count;
  }
  return true;
}

/** From here on the units of the bundle are this call's, which must let go of them by {@link endHold}. */
export function beginHold(view: LedgerView, lease: LeaseView, bundle: Bundle, keeps: boolean, now: number): Hold {
  const hold: Hold = { lease, bundle, keeps, seenAt: now };
  view.holds.add(hold);
  return hold;
}

/**
 * For how many ms what a call holds is surely its own, on this clock (R2); 0: a permit may have been given to another. What
 * else is held is settled late, so that nothing of it can be lost.
 */
export function heldMs({ lease, bundle }: Hold, now: number): number {
  if (!bundle.shares.some(({ permit, isDispensable }) => permit && !isDispensable)) return Infinity;
  return now < lease.renewedAt ? 0 : Math.max(0, lease.heldUntil - now);
}

/** The call has ended and cost so many units; null: as many as it held. Once; more does nothing. */
export function endHold(view: LedgerView, hold: Hold, units: number | null): void {
  if (!view.holds.delete(hold)) return;
  for (const share of hold.bundle.shares) if (share.held) settle(view, hold, share, units ?? share.units);
}

/** Ends what calls hold that have been silent for too long, at what they held: it may have been spent. */
export function endSilent(view: LedgerView, now: number, { silentMs }: LedgerConstants): void {
  for (const hold of view.holds) if (now - hold.seenAt > silentMs) endHold(view, hold, null);
}

/**
 * What was held is spent as far as the call cost that much, and free again beyond (R7). What it cost beyond what it held is
 * taken from what is free of the lease, and is else over.
 */
function settle(view: LedgerView, { lease, keeps }: Hold, share: Share, units: number): void {
  const pool = lease.pools.get(share.key);
  if (pool === undefined) return;
  const cost = share.permit ? 0 : units;
  const within = Math.min(cost, share.units);
  const isOpen = lease === view.lease;
  pool.held -= share.units;
  pool.spent += within;
  const more = isOpen ? Math.min(cost - within, Math.max(0, freeOf(pool))) : 0;
  pool.spent += more;
  pool.over += cost - within - more;
  if (!isOpen || !keeps) pool.returned += Math.min(share.units - within, Math.max(0, freeOf(pool)));
  const heard = view.heard.get(share.key);
  if (heard === undefined) return;
  heard.spent += cost - share.units;
  // What is free again here, or soon at the object, may be what was missing.
  if (cost < share.units) heard.denial = null;
}
