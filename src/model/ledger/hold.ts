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
  const hold: Hold = { lease, bundle, keeps, spent: 0, seenAt: now };
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
 * The call goes on and has cost so many units so far (ledger.md §7): they are told at once, so that what is unsettled of a long
 * call stays small. False: it has cost more than was reserved for it, and what pays for it is used up.
 */
export function spendHold(view: LedgerView, hold: Hold, units: number): boolean {
  if (!view.holds.has(hold)) return true;
  const before = hold.spent;
  if (units > before) {
    for (const share of hold.bundle.shares) if (share.held && !share.permit) charge(view, hold, share, units);
    hold.spent = units;
  }
  return hold.bundle.shares.every((share) => !share.isPaid || hold.spent <= share.units || hasLeft(view, share.key));
}

/** By the last reply, less what has been spent here since. What nobody has said is taken to be enough. */
function hasLeft(view: LedgerView, key: LimitKey): boolean {
  const { standing = null, spent = 0 } = view.heard.get(key) ?? {};
  return standing === null || standing.left - (spent - standing.spentBefore) > 0;
}

/**
 * Counts what the call costs beyond what it had cost before: out of what is held for it (R7), then out of what is free of the
 * lease, and the rest is over.
 */
function charge(view: LedgerView, { lease, spent }: Hold, share: Share, units: number): void {
  const pool = lease.pools.get(share.key);
  if (pool === undefined || units <= spent) return;
  const within = Math.max(0, Math.min(units, share.units) - Math.min(spent, share.units));
  const beyond = units - spent - within;
  pool.held -= within;
  pool.spent += within;
  const more = lease === view.lease ? Math.min(beyond, Math.max(0, freeOf(pool))) : 0;
  pool.spent += more;
  pool.over += beyond - more;
  const heard = view.heard.get(share.key);
  if (heard !== undefined) heard.spent += beyond;
}

/** The end: what it cost is charged, and what is still held for it is free again. */
function settle(view: LedgerView, hold: Hold, share: Share, units: number): void {
  const { lease, keeps } = hold;
  const pool = lease.pools.get(share.key);
  if (pool === undefined) return;
  const cost = share.permit ? 0 : Math.max(units, hold.spent);
  charge(view, hold, share, cost);
  const left = Math.max(0, share.units - cost);
  pool.held -= left;
  // Of credit no more lies here than the object lets lie here: what is not needed goes back.
  if (lease !== view.lease || !keeps || share.isPaid) pool.returned += Math.min(left, Math.max(0, freeOf(pool)));
  const heard = view.heard.get(share.key);
  if (heard === undefined || left === 0) return;
  heard.spent -= left;
  // What is free again here, or soon at the object, may be what was missing.
  heard.denial = null;
}
