/**
 * @module Leases: how a call gets past its limits. Warm, from memory, with no promise; cold, by one question to each
 * ledger, asked together. A thin shell around `model/ledger/isolate.ts`: it owns the clock, the waits and the port.
 *
 * The views are plain data in module scope, shared by all requests of an isolate. In this runtime a promise of one
 * request may not be awaited in another, so none is ever kept: each request sends its own Asks and applies its own replies.
 */
import { ledgerConstants } from "../model/ledger/constants.ts";
import type { LedgerConstants } from "../model/ledger/constants.ts";
import { makeAsk } from "../model/ledger/exchange.ts";
import { beginHold } from "../model/ledger/hold.ts";
import { flusherTurn, refusalFromMemory } from "../model/ledger/isolate.ts";
import type { Reply } from "../model/ledger/messages.ts";
import { recordUsage } from "../model/ledger/usage-buffer.ts";
import { callsLeft, isSettled } from "../model/ledger/view.ts";
import type { LedgerView } from "../model/ledger/view.ts";
import { countCall, needsRefill, wishOf } from "../model/ledger/wish.ts";
import type { Usage } from "../model/usage.ts";
import { admitted, refused, unavailable } from "./leases/admission.ts";
import { createAsking } from "./leases/asking.ts";
import type { AskingPorts } from "./leases/asking.ts";
import type { Admission, Demand, HeldCall } from "./leases/demand.ts";
import { heldOf } from "./leases/held.ts";
import { createPlaces } from "./leases/places.ts";
import { needsOf } from "./leases/need.ts";
import type { Need } from "./leases/need.ts";
import { spendAll, unspendAll } from "./leases/spending.ts";
import { createViews } from "./leases/views.ts";

export type { Admission, Demand, HeldCall, LimitState } from "./leases/demand.ts";

export interface LeasesPorts extends AskingPorts {
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
export function createLeases(ports: LeasesPorts, changes: Partial<LedgerConstants> = {}): Leases {
  const constants: LedgerConstants = { ...ledgerConstants, ...changes };
  const views = createViews(() => ports.makeId());
  const asking = createAsking(ports, constants);
  const places = createPlaces(() => ports.makeId());

  async function decide(needs: readonly Need[], waitUntil: WaitUntil): Promise<Admission> {
    const startedAt = ports.now();
    let ungoverned = false;
    let pending = needs;
    for (;;) {
      const now = ports.now();
      const cold = pending.filter((need) => need.exact || callsLeft(need.view, need.bundle, now) < 1);
      const asked = cold.filter((need) => now >= need.view.overloadedUntil);
      const answers = await Promise.all(asked.map((need) => asking.take(need, waitUntil)));
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
        return admitted(needs, ungoverned, ended, waitedMs, givingBack(needs, waitUntil), held(needs, waitUntil));
      }
      pending = warm;
    }
  }

  /** Null where nothing is held, as for most calls: then nothing is made for it. */
  function held(needs: readonly Need[], waitUntil: WaitUntil): HeldCall | null {
    if (needs.every(({ hold }) => hold === null)) return null;
    return heldOf(
      needs,
      () => ports.now(),
      (view) => flushSoon(view, waitUntil),
    );
  }

  const givingBack =
    (needs: readonly Need[], waitUntil: WaitUntil): (() => void) =>
    () =>
      giveBack(needs, waitUntil);

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
      const answer = await asking.exchange(view, ask, waitUntil);
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
      await asking.exchange(view, ask, waitUntil);
    }
    view.flusherUntil = -Infinity;
  }

  return {
    admit(demands, waitUntil) {
      const now = ports.now();
      const needs = needsOf(demands, (ledger, shards) =>
        views.get(places.of(ledger, shards), (view) => flushSoon(view, waitUntil)),
      );
      let asks = false;
      for (const { view, bundle, exact, credential } of needs) {
        view.lastCallAt = now;
        countCall(bundle, now);
        const refusal = refusalFromMemory(view, bundle, credential, now);
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
      return admitted(needs, false, now, 0, givingBack(needs, waitUntil), held(needs, waitUntil));
    },
    record(ledger, usage, waitUntil) {
      const view = views.get(places.last(ledger), (dropped) => flushSoon(dropped, waitUntil));
      recordUsage(view.usage, usage);
      flushSoon(view, waitUntil);
    },
  };
}
