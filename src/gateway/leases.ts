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
import type { Ask, Reply, Units } from "../model/ledger/messages.ts";
import { recordUsage } from "../model/ledger/usage-buffer.ts";
import { callsLeft, isSettled, lapse } from "../model/ledger/view.ts";
import type { LedgerView } from "../model/ledger/view.ts";
import { countCall, needsRefill, runDry, wishOf } from "../model/ledger/wish.ts";
import type { Usage } from "../model/usage.ts";
import { admitted, refused, unavailable } from "./leases/admission.ts";
import type { Admission, Demand } from "./leases/demand.ts";
import { needsOf } from "./leases/need.ts";
import type { Need } from "./leases/need.ts";
import { spendAll, unspendAll } from "./leases/spending.ts";
import { createViews } from "./leases/views.ts";
import type { LedgerPort } from "./ports.ts";

export type { Admission, Demand, LimitState } from "./leases/demand.ts";

export interface LeasesPorts {
  readonly ledger: LedgerPort;
  now(): number;
  wait(ms: number): Promise<void>;
  /** Names a view; called within a request, as global scope has no randomness. */
  makeId(): string;
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
  async function exchange(view: LedgerView, ask: Ask, waitUntil: WaitUntil): Promise<Reply | null> {
    const answered = ports.ledger.ask(view.ledger, ask).then(
      (reply) => {
        applyReply(view, reply, ask.take ?? {}, ports.now());
        return reply;
      },
      (cause: unknown) => {
        fail(view, ask.seq);
        if (isOverloaded(cause)) view.overloadedUntil = ports.now() + overloadedMs + (ask.seq % 7) * 20;
        return null;
      },
    );
    const reply = await Promise.race([answered, ports.wait(constants.askMs)]);
    if (reply !== undefined) return reply;
    // R5, R6: a late reply still updates the view, but admits nobody.
    abandon(view, ask.seq);
    waitUntil(answered);
    return null;
  }

  /** One question: the call's take, and spare for those after it. Once more if the object did not know a limit. */
  async function take(need: Need, waitUntil: WaitUntil): Promise<{ seq: number; reply: Reply } | null> {
    const { view, bundle, definitions } = need;
    for (let tries = 0; ; tries += 1) {
      const now = ports.now();
      lapse(view, now);
      if (!need.exact) runDry(bundle, now, constants.settleMs);
      const spare = need.exact ? {} : wishOf(bundle, now);
      const units: Units = Object.fromEntries(bundle.units);
      const ask = makeAsk(view, { take: units, spare, definitions }, now, constants);
      const reply = await exchange(view, ask, waitUntil);
      if (reply === null) return null;
      const ended = ports.now();
      if (callsLeft(view, bundle, ended) >= 1) bundle.grantedAt = ended;
      if (reply.unknown === undefined || tries > 0) return { seq: ask.seq, reply };
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
        } else if (answer.reply.ok) need.took = answer.seq;
        else if (refusal === null || answer.reply.retryMs > refusal.retryMs) refusal = answer.reply;
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
        return admitted(needs, ungoverned, ended, waitedMs, () => giveBack(needs, waitUntil));
      }
      pending = warm;
    }
  }

  function giveBack(needs: readonly Need[], waitUntil: WaitUntil): void {
    unspendAll(needs);
    for (const { view } of needs) flushSoon(view, waitUntil);
  }

  /** Refills in the background, on this request's time (R21). */
  function refillSoon({ view, bundle, definitions }: Need, now: number, waitUntil: WaitUntil): void {
    if (!needsRefill(view, bundle, now) || now < view.overloadedUntil) return;
    bundle.refillUntil = now + constants.askMs;
    const ask = makeAsk(view, { take: null, spare: wishOf(bundle, now), definitions }, now, constants);
    const refill = async (): Promise<void> => {
      const reply = await exchange(view, ask, waitUntil);
      const ended = ports.now();
      const filled = reply !== null && callsLeft(view, bundle, ended) >= 2;
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
      return admitted(needs, false, now, 0, () => giveBack(needs, waitUntil));
    },
    record(ledger, usage, waitUntil) {
      const view = views.get(ledger, (dropped) => flushSoon(dropped, waitUntil));
      recordUsage(view.usage, usage);
      flushSoon(view, waitUntil);
    },
  };
}

function isOverloaded(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && "overloaded" in cause && cause.overloaded === true;
}
