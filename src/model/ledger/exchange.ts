import type { LimitDefinition } from "../limit.ts";
import type { LedgerConstants } from "./constants.ts";
import { forgetHeard, hear, isKnown, spentBy } from "./heard.ts";
import type { Ask, Reply, SaidPool, Says, Units } from "./messages.ts";
import { acknowledge, reportFor } from "./usage-buffer.ts";
import { takeHold } from "./hold.ts";
import { closeLease, emptyPool, freeOf } from "./view.ts";
import type { LeaseView, LedgerView } from "./view.ts";

/** A verdict that is lifted must be noticed. */
const verdictMax = 10_000;

/** What an Ask is for. Only an Ask that takes or holds admits a call. */
export interface Wants {
  readonly take?: Units;
  readonly hold?: Units;
  readonly spare?: Units;
  readonly definitions: readonly LimitDefinition[];
  readonly credential?: string;
}

/** The next Ask: whatever it is for, it carries all that the object does not yet know (undo, closing leases, report). */
export function makeAsk(view: LedgerView, wants: Wants, now: number, constants: LedgerConstants): Ask {
  dropLost(view, now, constants);
  forgetHeard(view, now, constants);
  for (const [credential, { until }] of view.revoked) if (now >= until) view.revoked.delete(credential);
  const seq = (view.seq += 1);
  const { take = null, hold = {}, spare = {} } = wants;
  const definitions = wants.definitions.filter((definition) => !isKnown(view, definition, now, constants.limitIdleMs));
  if (!isNothing(spare) || !isNothing(hold)) view.lease.asked = true;
  const says = view.closing.map((lease) => closingSays(view, lease));
  if (view.lease.asked) says.push(saysOf(view.lease, false));
  const undo = [...view.undo];
  view.inFlight.set(seq, {
    sentAt: now,
    lease: view.lease.number,
    take: take ?? {},
    hold,
    abandoned: false,
    finals: says.filter(({ final }) => final).map(({ number }) => number),
    undo,
    definitions,
    spentBefore: spentBy(view, [take ?? {}, hold, spare]),
  });
  return {
    protocol: 1,
    holder: view.holder,
    seq,
    floor: Math.min(seq, ...view.inFlight.keys(), ...undo),
    lease: view.lease.number,
    ...(definitions.length > 0 ? { definitions } : {}),
    take,
    hold,
    spare,
    says,
    undo,
    report: reportFor(view.usage, now, constants.settleMs),
    ...(wants.credential === undefined ? {} : { credential: wants.credential }),
  };
}

function saysOf(lease: LeaseView, final: boolean): Says {
  const pools: Record<string, SaidPool> = {};
  for (const [key, { spent, returned, held, over }] of lease.pools) {
    pools[key] = { spent, returned, ...(over > 0 ? { over } : {}), ...(held > 0 ? { held } : {}) };
  }
  return { number: lease.number, final, pools };
}

/** R4: a closing lease has nothing free, and is final when no call holds of it, nor may yet. */
function closingSays(view: LedgerView, lease: LeaseView): Says {
  let isFinal = true;
  for (const pool of lease.pools.values()) {
    pool.returned += Math.max(0, freeOf(pool));
    if (pool.held > 0) isFinal = false;
  }
  // One that has spent all that was reserved for it goes on, and may cost more.
  for (const hold of view.holds) if (hold.lease === lease) isFinal = false;
  for (const sent of view.inFlight.values()) if (sent.lease === lease.number && !isNothing(sent.hold)) isFinal = false;
  return saysOf(lease, isFinal);
}

/**
 * R5: the outcome is unknown and nobody waits any more: a take is undone, whatever it was. What was held needs no undoing:
 * it lies in its lease as what is free, if the object has granted it.
 */
export function abandon(view: LedgerView, seq: number): void {
  const sent = view.inFlight.get(seq);
  if (sent === undefined) return;
  sent.abandoned = true;
  if (!isNothing(sent.take)) view.undo.add(seq);
}

/** The Ask failed: like {@link abandon}, and no late reply is to be expected. */
export function fail(view: LedgerView, seq: number): void {
  abandon(view, seq);
  view.inFlight.delete(seq);
}

function dropLost(view: LedgerView, now: number, { lostMs }: LedgerConstants): void {
  for (const [seq, sent] of view.inFlight) if (now - sent.sentAt > lostMs) fail(view, seq);
}

/**
 * Applies a reply, late or not (R6), by maximum (R3): order, loss and repetition cannot matter. Answers the lease that the
 * call holds from, if it wanted to hold anything and does.
 */
export function applyReply(view: LedgerView, reply: Reply, now: number, constants: LedgerConstants): LeaseView | null {
  acknowledge(view.usage, reply.reportsApplied);
  const sent = view.inFlight.get(reply.seq);
  if (sent === undefined) return null;
  view.inFlight.delete(reply.seq);
  view.rttMs += (Math.max(0, now - sent.sentAt) - view.rttMs) / 8;
  for (const seq of sent.undo) view.undo.delete(seq);
  const closed = new Set(sent.finals);
  view.closing.splice(0, view.closing.length, ...view.closing.filter((lease) => !closed.has(lease.number)));
  const lease = applyLease(view, reply, sent.sentAt);
  hear(view, reply, sent);
  // In the same stretch as the grant: it was decided at the object, whatever has become of the lease since (R4).
  const isHolding = reply.ok && lease !== null && !sent.abandoned && !isNothing(sent.hold);
  const held = isHolding && takeHold(view, lease, sent.hold) ? lease : null;
  hearRevoked(view, reply, sent.sentAt, constants);
  applyVerdict(view, reply, sent.sentAt);
  return held;
}

/** The lease that the reply tells of, if it is still there. */
function applyLease(view: LedgerView, reply: Reply, sentAt: number): LeaseView | null {
  for (const lease of [view.lease, ...view.closing]) {
    if (!reply.renewed.includes(lease.number) || sentAt + reply.holdMs < lease.heldUntil) continue;
    lease.heldUntil = sentAt + reply.holdMs;
    lease.renewedAt = sentAt;
  }
  const isOpen = reply.lease === view.lease.number;
  const lease = isOpen ? view.lease : view.closing.find(({ number }) => number === reply.lease);
  if (lease === undefined) return null;
  if (reply.stale) {
    if (isOpen) closeLease(view);
    return null;
  }
  for (const [key, granted] of Object.entries(reply.granted)) {
    const pool = lease.pools.get(key) ?? emptyPool(sentAt);
    lease.pools.set(key, pool);
    pool.granted = Math.max(pool.granted, granted);
    // R2: counted from before the Ask was sent, never from the reply's arrival; the object starts its count later.
    if (sentAt + reply.spareMs < pool.spareUntil) continue;
    pool.spareUntil = sentAt + reply.spareMs;
    pool.sentAt = sentAt;
  }
  return lease;
}

const isNothing = (units: Units): boolean => Object.keys(units).length === 0;

function hearRevoked(view: LedgerView, { revoked = [] }: Reply, at: number, { revokedMs }: LedgerConstants): void {
  for (const credential of revoked) view.revoked.set(credential, { at, until: at + revokedMs });
}

/** A verdict holds here for about a second, then a call asks again; only a later answer lifts it before that. */
function applyVerdict(view: LedgerView, reply: Reply, sentAt: number): void {
  // What is revoked is one credential's affair: others go on with what is leased.
  if (reply.verdict?.credential !== undefined) return;
  if (reply.verdict !== null) {
    const until = sentAt + Math.max(1, reply.retryMs === 0 ? 1_000 : Math.min(verdictMax, reply.retryMs));
    view.verdict = { verdict: reply.verdict, seq: reply.seq, at: sentAt, until };
    closeLease(view);
  } else if (view.verdict !== null && reply.seq > view.verdict.seq) view.verdict = null;
}
