/**
 * @module Leases: how a call gets past its limits. Warm, from memory, with no promise; cold, by one question to each
 * ledger, asked together. A thin shell around `model/ledger/isolate.ts`: it owns the clock, the waits and the port.
 *
 * The views are plain data in module scope, shared by all requests of an isolate. In this runtime a promise of one
 * request may not be awaited in another, so none is ever kept: each request sends its own Asks and applies its own replies.
 */
import { ledgerConstants } from "../model/ledger/constants.ts";
import type { LedgerConstants } from "../model/ledger/constants.ts";
import { abandon, applyReply, fail, makeAsk } from "../model/ledger/exchange.ts";
import { flusherTurn, refusalFromMemory } from "../model/ledger/isolate.ts";
import { beginHold, endHold, heldMs } from "../model/ledger/hold.ts";
import type { Ask, Reply, Units } from "../model/ledger/messages.ts";
import { recordUsage } from "../model/ledger/usage-buffer.ts";
import { callsLeft, isSettled, lapse } from "../model/ledger/view.ts";
import type { Bundle, LeaseView, LedgerView } from "../model/ledger/view.ts";
import { countCall, needsRefill, runDry, wishOf } from "../model/ledger/wish.ts";
import type { Usage } from "../model/usage.ts";
import { admitted, refused, unavailable } from "./leases/admission.ts";
import type { Admission, Demand, HeldCall } from "./leases/demand.ts";
import { needsOf } from "./leases/need.ts";
import type { Need } from "./leases/need.ts";
import { spendAll, unspendAll } from "./leases/spending.ts";
import { createViews } from "./leases/views.ts";
import type { LedgerPort } from "./ports.ts";

export type { Admission, Demand, HeldCall, LimitState } from "./leases/demand.ts";

export interface LeasesPorts {
  readonly ledger: LedgerPort;
  now(): number;
  wait(ms: number): Promise<void>;
  /** Names a view; called within a request, as global scope has no randomness. */
  makeId(): string;
}

/** What became of an Ask. `lease` is what the call holds from, if it wanted to and does. */
interface Answer {
  readonly seq: number;
  readonly reply: Reply;
  readonly lease: LeaseView | null;
}

type WaitUntil = (work: Promise<unknown>) => void;

export interface Leases {
  /** Answers at once, without a promise, when nothing needs to be asked. */
  admit(demands: readonly Demand[], waitUntil: WaitUntil): Admission | Promise<Admission>;
  /** Books a finished call; it travels with the ledger's next Ask, also where no limits are. */
  record(ledger: string, usage: Usage, waitUntil: WaitUntil): void;
}

/** A flusher ends before the runtime ends it, 30 s after the response. */
const flusherMs = 20_000;
/** An overloaded object is left alone for so long, spread a little so that isolates do not come back together. */
const overloadedMs = 200;

export function createLeases(ports: LeasesPorts, changes: Partial<LedgerConstants> = {}): Leases {
  const constants: LedgerConstants = { ...ledgerConstants, ...changes };
  const views = createViews(() => ports.makeId());

  /** Sends, and applies the reply whenever it comes. Null: no answer within `askMs`, or none at all. */
  async function exchange(view: LedgerView, ask: Ask, waitUntil: WaitUntil): Promise<Answer | null> {
    let answer: Answer | null = null;
    const answered = ports.ledger.ask(view.ledger, ask).then(
      (reply) => {
        answer = { seq: ask.seq, reply, lease: applyReply(view, reply, ports.now()) };
      },
      (cause: unknown) => {
        fail(view, ask.seq);
        if (isOverloaded(cause)) view.overloadedUntil = ports.now() + overloadedMs + (ask.seq % 7) * 20;
      },
    );
    await Promise.race([answered, ports.wait(constants.askMs)]);
    if (answer !== null) return answer;
    // R5, R6: a late reply still updates the view, but admits nobody.
    abandon(view, ask.seq);
    waitUntil(answered);
    return null;
  }

  /**
   * One question: what the call takes and holds, and spare for those after it. Once more if the object did not know a limit,
   * if the lease to hold from was over, or if a neighbour was quicker to spend what was granted.
   */
  async function take(need: Need, waitUntil: WaitUntil): Promise<Answer | null> {
    const { view, bundle, definitions } = need;
    for (let tries = 0; ; tries += 1) {
      const now = ports.now();
      lapse(view, now);
      if (!need.exact) runDry(bundle, now, constants.settleMs);
      const spare = need.exact ? {} : wishOf(view, bundle, now);
      const ask = makeAsk(view, { ...askedBy(bundle), spare, definitions }, now, constants);
      const answer = await exchange(view, ask, waitUntil);
      if (answer === null) return null;
      const { reply, lease } = answer;
      const ended = ports.now();
      if (callsLeft(view, bundle, ended) >= 1) bundle.grantedAt = ended;
      const isLost = reply.ok && bundle.isHeld && lease === null;
      if (isLost) view.undo.add(ask.seq);
      const again = isLost || reply.unknown !== undefined || (bundle.isHeld && reply.stale && !reply.ok);
      if (!again) return answer;
      if (tries > 0)
        return isLost ? { ...answer, reply: { ...reply, ok: false, retryMs: constants.settleMs } } : answer;
    }
  }

  async function decide(needs: readonly Need[], waitUntil: WaitUntil): Promise<Admission> {
    const startedAt = ports.now();
    let ungoverned = false;
    let pending = needs;
    for (;;) {
      const now = ports.now();
      const cold = pending.filter((need) => need.exact || callsLeft(need.view, need.bundle, now) < 1);
      const asked = cold.filter((need) => now >= need.view.overloadedUntil);
      const answers = await Promise.all(asked.map((need) => take(need, waitUntil)));
      let refusal: Reply | null = null;
      let failed: Need | null = cold.find((need) => !asked.includes(need) && need.onFailure === "refuse") ?? null;
      if (cold.length > asked.length) ungoverned = true;
      answers.forEach((answer, index) => {
        const need = asked[index];
        if (need === undefined) return;
        if (answer === null) {
          ungoverned = true;
          if (need.onFailure === "refuse") failed = need;
        } else if (answer.reply.ok) {
          need.took = answer.seq;
          if (answer.lease !== null)
            need.hold = beginHold(need.view, answer.lease, need.bundle, !need.exact, ports.now());
        } else if (refusal === null || answer.reply.retryMs > refusal.retryMs) refusal = answer.reply;
      });
      const ended = ports.now();
      const waitedMs = ended - startedAt;
      if (refusal !== null || failed !== null) {
        giveBack(needs, waitUntil);
        return refusal === null ? unavailable(needs, ended, waitedMs) : refused(needs, refusal, ended, waitedMs);
      }
      // The warm ones are spent last, and only together: a unit spent from a lease can seldom be taken back.
      const warm = pending.filter((need) => !cold.includes(need));
      if (spendAll(warm, ended)) {
        for (const { view } of needs) flushSoon(view, waitUntil);
        return admitted(needs, ungoverned, ended, waitedMs, givingBack(needs, waitUntil), heldOf(needs, waitUntil));
      }
      pending = warm;
    }
  }

  const givingBack =
    (needs: readonly Need[], waitUntil: WaitUntil): (() => void) =>
    () =>
      giveBack(needs, waitUntil);

  /** Null where nothing is held, as for most calls: then nothing is made for it. */
  function heldOf(needs: readonly Need[], waitUntil: WaitUntil): HeldCall | null {
    if (needs.every(({ hold }) => hold === null)) return null;
    return {
      settle(units) {
        for (const { view, hold } of needs) {
          if (hold === null) continue;
          endHold(view, hold, units);
          flushSoon(view, waitUntil);
        }
      },
      renew() {
        const now = ports.now();
        let ms = Infinity;
        for (const { view, hold } of needs) {
          if (hold === null) continue;
          hold.seenAt = now;
          flushSoon(view, waitUntil);
          ms = Math.min(ms, heldMs(hold, now));
        }
        return ms;
      },
    };
  }

  function giveBack(needs: readonly Need[], waitUntil: WaitUntil): void {
    unspendAll(needs);
    for (const { view } of needs) flushSoon(view, waitUntil);
  }

  /** Refills in the background, on this request's time (R21). */
  function refillSoon({ view, bundle, definitions }: Need, now: number, waitUntil: WaitUntil): void {
    if (!needsRefill(view, bundle, now) || now < view.overloadedUntil) return;
    bundle.refillUntil = now + constants.askMs;
    const ask = makeAsk(view, { spare: wishOf(view, bundle, now), definitions }, now, constants);
    const refill = async (): Promise<void> => {
      const answer = await exchange(view, ask, waitUntil);
      const ended = ports.now();
      const filled = answer !== null && callsLeft(view, bundle, ended) >= 2;
      if (filled) bundle.grantedAt = ended;
      // Nothing to be had: the limit is near. Takes decide from here on, exactly.
      bundle.refillUntil = filled ? ended : ended + constants.settleMs;
    };
    waitUntil(refill());
  }

  /** R9: whoever comes first after the last flusher's time starts the next, in its own waitUntil; nobody awaits it. */
  function flushSoon(view: LedgerView, waitUntil: WaitUntil): void {
    const now = ports.now();
    const running = now < view.flusherUntil && view.flusherUntil - now <= 3 * constants.settleMs;
    if (running || isSettled(view)) return;
    view.flusherUntil = now + 3 * constants.settleMs;
    waitUntil(flush(view, now, waitUntil));
  }

  async function flush(view: LedgerView, startedAt: number, waitUntil: WaitUntil): Promise<void> {
    for (let now = startedAt; now >= startedAt && now - startedAt < flusherMs; now = ports.now()) {
      view.flusherUntil = now + 3 * constants.settleMs;
      await ports.wait(constants.settleMs);
      const ask = flusherTurn(view, ports.now(), constants);
      if (ask === null) break;
      await exchange(view, ask, waitUntil);
    }
    view.flusherUntil = -Infinity;
  }

  return {
    admit(demands, waitUntil) {
      const now = ports.now();
      const needs = needsOf(demands, (ledger) => views.get(ledger, (view) => flushSoon(view, waitUntil)));
      let asks = false;
      for (const { view, bundle, exact } of needs) {
        view.lastCallAt = now;
        countCall(bundle, now);
        const refusal = refusalFromMemory(view, bundle, now);
        // A lease that still has units was debited before the denial: it may be spent.
        if (refusal !== null && (refusal.verdict !== null || exact || callsLeft(view, bundle, now) < 1)) {
          return refused(needs, refusal, now, 0);
        }
        asks ||= exact;
      }
      if (asks || !spendAll(needs, now)) return decide(needs, waitUntil);
      for (const need of needs) {
        refillSoon(need, now, waitUntil);
        flushSoon(need.view, waitUntil);
      }
      return admitted(needs, false, now, 0, givingBack(needs, waitUntil), heldOf(needs, waitUntil));
    },
    record(ledger, usage, waitUntil) {
      const view = views.get(ledger, (dropped) => flushSoon(dropped, waitUntil));
      recordUsage(view.usage, usage);
      flushSoon(view, waitUntil);
    },
  };
}

/** What a call asks the object for: what is spent at once, and what it holds. */
function askedBy({ shares }: Bundle): { take: Units; hold: Units } {
  const take: Units = {};
  const hold: Units = {};
  for (const { key, units, held } of shares) (held ? hold : take)[key] = units;
  return { take, hold };
}

function isOverloaded(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && "overloaded" in cause && cause.overloaded === true;
}
