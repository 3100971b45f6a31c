import type { LimitDefinition } from "../limit.ts";
import type { LedgerConstants } from "./constants.ts";
import { forgetHeard, hear, isKnown, spentBy } from "./heard.ts";
import type { Ask, Reply, Says, Units } from "./messages.ts";
import { acknowledge, reportFor } from "./usage-buffer.ts";
import { closeLease } from "./view.ts";
import type { LeaseView, LedgerView } from "./view.ts";

/** An Ask whose request died with its reply would keep the floor down for ever. */
const forgottenMs = 30_000;
/** A verdict that is lifted must be noticed. */
const verdictMax = 10_000;

/** The next Ask: whatever it is for, it carries all that the object does not yet know (undo, closing leases, report). */
export function makeAsk(
  view: LedgerView,
  wants: { readonly take: Units | null; readonly spare: Units; readonly definitions: readonly LimitDefinition[] },
  now: number,
  constants: LedgerConstants,
): Ask {
  dropForgotten(view, now);
  forgetHeard(view, now, constants);
  const seq = (view.seq += 1);
  const definitions = wants.definitions.filter((definition) => !isKnown(view, definition, now, constants.limitIdleMs));
  if (Object.keys(wants.spare).length > 0) view.lease.asked = true;
  const says = view.closing.map((lease) => saysOf(lease, true));
  if (view.lease.asked) says.push(saysOf(view.lease, false));
  const undo = [...view.undo];
  view.inFlight.set(seq, {
    sentAt: now,
    takes: wants.take !== null,
    finals: view.closing.map((lease) => lease.number),
    undo,
    definitions,
    spentBefore: spentBy(view, [wants.take ?? {}, wants.spare]),
  });
  return {
    protocol: 1,
    holder: view.holder,
    seq,
    floor: Math.min(seq, ...view.inFlight.keys(), ...undo),
    lease: view.lease.number,
    ...(definitions.length > 0 ? { definitions } : {}),
    take: wants.take,
    hold: {},
    spare: wants.spare,
    says,
    undo,
    report: reportFor(view.usage, now, constants.settleMs),
  };
}

function saysOf(lease: LeaseView, final: boolean): Says {
  const pools: Record<string, { spent: number; returned: number }> = {};
  for (const [key, { spent, returned }] of lease.pools) pools[key] = { spent, returned };
  return { number: lease.number, final, pools };
}

/** R5: the outcome is unknown and nobody waits any more: a take is undone, whatever it was. */
export function abandon(view: LedgerView, seq: number): void {
  if (view.inFlight.get(seq)?.takes === true) view.undo.add(seq);
}

/** The Ask failed: like {@link abandon}, and no late reply is to be expected. */
export function fail(view: LedgerView, seq: number): void {
  abandon(view, seq);
  view.inFlight.delete(seq);
}

function dropForgotten(view: LedgerView, now: number): void {
  for (const [seq, sent] of view.inFlight) if (now - sent.sentAt > forgottenMs) fail(view, seq);
}

/** Applies a reply, late or not (R6), by maximum (R3): order, loss and repetition cannot matter. */
export function applyReply(view: LedgerView, reply: Reply, units: Units, now: number): void {
  acknowledge(view.usage, reply.reportsApplied);
  const sent = view.inFlight.get(reply.seq);
  if (sent === undefined) return;
  view.inFlight.delete(reply.seq);
  view.rttMs += (Math.max(0, now - sent.sentAt) - view.rttMs) / 8;
  for (const seq of sent.undo) view.undo.delete(seq);
  const closed = new Set(sent.finals);
  view.closing.splice(0, view.closing.length, ...view.closing.filter((lease) => !closed.has(lease.number)));
  applyLease(view, reply, sent.sentAt);
  applyVerdict(view, reply, sent.sentAt);
  hear(view, reply, sent, units);
}

function applyLease(view: LedgerView, reply: Reply, sentAt: number): void {
  if (reply.lease !== view.lease.number) return;
  if (reply.stale) return closeLease(view);
  for (const [key, granted] of Object.entries(reply.granted)) {
    const pool = view.lease.pools.get(key) ?? { granted: 0, spent: 0, returned: 0, sentAt, spareUntil: sentAt };
    view.lease.pools.set(key, pool);
    pool.granted = Math.max(pool.granted, granted);
    // R2: counted from before the Ask was sent, never from the reply's arrival; the object starts its count later.
    if (sentAt + reply.spareMs < pool.spareUntil) continue;
    pool.spareUntil = sentAt + reply.spareMs;
    pool.sentAt = sentAt;
  }
}

/** A verdict holds here for about a second, then a call asks again; only a later answer lifts it before that. */
function applyVerdict(view: LedgerView, reply: Reply, sentAt: number): void {
  if (reply.verdict !== null) {
    const until = sentAt + Math.max(1, reply.retryMs === 0 ? 1_000 : Math.min(verdictMax, reply.retryMs));
    view.verdict = { verdict: reply.verdict, seq: reply.seq, at: sentAt, until };
    closeLease(view);
  } else if (view.verdict !== null && reply.seq > view.verdict.seq) view.verdict = null;
}
