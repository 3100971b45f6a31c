/** @module What an isolate has heard of its limits: kept while anything rests on it, forgotten when nothing does. */
import { isAtLeast } from "../limit.ts";
import type { LimitDefinition, LimitKey } from "../limit.ts";
import type { LedgerConstants } from "./constants.ts";
import type { Reply, Units } from "./messages.ts";
import type { Heard, LedgerView, Sent } from "./view.ts";

/** A top-up or a new plan must be noticed. */
const denialMax = 10_000;
/** More than the limits of one application, so that only crowds, whose limits are as many as their addresses, forget. */
const heardMin = 16;
/** Beyond this even refusals are forgotten, oldest first: each costs one question. */
const heardMax = 1_000;

function heardOf(view: LedgerView, key: LimitKey): Heard {
  const heard = view.heard.get(key) ?? {
    at: -Infinity,
    generation: 0,
    revision: -1,
    standing: null,
    denial: null,
    spent: 0,
  };
  view.heard.set(key, heard);
  return heard;
}

/**
 * Whether the object surely has this definition or a newer one. It forgets a limit that nobody has asked about for
 * `limitIdleMs`; here that is believed for a third of it, so that whoever brings an old definition back in between is
 * corrected by the next Ask from here (see `forget.ts`).
 */
export function isKnown(view: LedgerView, definition: LimitDefinition, now: number, limitIdleMs: number): boolean {
  const heard = view.heard.get(definition.key);
  return heard !== undefined && isAtLeast(heard, definition) && isWithin(heard.at, limitIdleMs / 3, now);
}

/** A newer definition is a new limit: what the old one refused says nothing about it. */
export function welcome(view: LedgerView, definitions: readonly LimitDefinition[]): void {
  for (const definition of definitions) {
    const heard = view.heard.get(definition.key);
    if (heard !== undefined && heard.denial !== null && !isAtLeast(heard, definition)) heard.denial = null;
  }
}

/** R2 for what is only remembered: a clock that stepped back ends it too. */
const isWithin = (at: number, ms: number, now: number): boolean => now >= at && now - at < ms;

/** What had been spent of the limits that the reply can name: those asked for, and those of the lease. */
export function spentBy(view: LedgerView, wants: readonly Units[]): Map<LimitKey, number> {
  const spent = new Map<LimitKey, number>();
  const leases = [view.lease, ...view.closing];
  const keys = [...wants.flatMap((units) => Object.keys(units)), ...leases.flatMap(({ pools }) => [...pools.keys()])];
  // What calls hold has not been told as spent: the object counts it as this lease's own.
  for (const key of keys) {
    const held = view.lease.pools.get(key)?.held ?? 0;
    spent.set(key, (view.heard.get(key)?.spent ?? 0) - held);
  }
  return spent;
}

/** Takes in what a reply says of limits. */
export function hear(view: LedgerView, reply: Reply, sent: Sent): void {
  const units: Units = { ...sent.take, ...sent.hold };
  for (const definition of sent.definitions) {
    const heard = heardOf(view, definition.key);
    heard.at = sent.sentAt;
    if (isAtLeast(heard, definition)) continue;
    heard.generation = definition.generation ?? 0;
    heard.revision = definition.revision;
  }
  for (const key of reply.unknown ?? []) Object.assign(heardOf(view, key), { generation: 0, revision: -1 });
  for (const [key, { left, resetMs }] of Object.entries(reply.remaining)) {
    const heard = heardOf(view, key);
    heard.at = sent.sentAt;
    const spentBefore = sent.spentBefore.get(key);
    // Not asked about and not in the lease as it was known here: the reply that granted it says more.
    if (spentBefore === undefined || (heard.standing?.seq ?? 0) > reply.seq) continue;
    heard.standing = { seq: reply.seq, left, resetAt: sent.sentAt + resetMs, spentBefore };
  }
  if (reply.ok) {
    for (const key of Object.keys(units)) {
      const heard = view.heard.get(key);
      if (heard !== undefined) heard.denial = null;
    }
  }
  if (reply.deniedBy === null) return;
  heardOf(view, reply.deniedBy).denial = {
    at: sent.sentAt,
    until: sent.sentAt + Math.min(denialMax, reply.retryMs),
    retryAt: sent.sentAt + reply.retryMs,
    units: units[reply.deniedBy] ?? 1,
  };
}

/**
 * Forgets what nothing rests on, when there is more than `view.heardMax`. A flood of addresses would else leave an entry
 * each; so it leaves those of a moment, and their refusals for as long as they stand, up to a bound.
 */
export function forgetHeard(view: LedgerView, now: number, constants: LedgerConstants): void {
  if (view.heard.size <= view.heardMax) return;
  // A call that goes on must hear whether its credit does, also where its lease is over.
  const used = new Set([view.lease, ...view.closing].flatMap(({ pools }) => [...pools.keys()]));
  for (const { spentBefore } of view.inFlight.values()) for (const key of spentBefore.keys()) used.add(key);
  for (const [key, { at, denial }] of view.heard) {
    const stands = denial !== null && now >= denial.at && now < denial.until;
    // What was heard a moment ago may not have been read yet: its call waits for another ledger.
    if (!used.has(key) && !stands && !isWithin(at, constants.idleMs, now)) view.heard.delete(key);
  }
  for (const key of view.heard.keys()) {
    if (view.heard.size <= heardMax) break;
    if (!used.has(key)) view.heard.delete(key);
  }
  // What is left is in use: it is not gone through again before it has doubled.
  view.heardMax = Math.max(heardMin, view.heard.size * 2);
}

/** A view at rest, with nothing leased or in flight, keeps what one application has. */
export function rest(view: LedgerView, now: number, constants: LedgerConstants): void {
  view.heardMax = Math.min(view.heardMax, heardMin / 2);
  forgetHeard(view, now, constants);
  if (view.bundles.size > heardMin / 2) view.bundles.clear();
}
