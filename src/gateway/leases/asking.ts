/** @module One question to a ledger, with a bounded wait, and what a call asks by it. */
import type { LedgerConstants } from "../../model/ledger/constants.ts";
import { abandon, applyReply, fail, makeAsk } from "../../model/ledger/exchange.ts";
import type { Ask, Reply, Units } from "../../model/ledger/messages.ts";
import { callsLeft, lapse } from "../../model/ledger/view.ts";
import type { Bundle, LeaseView, LedgerView } from "../../model/ledger/view.ts";
import { runDry, wishOf } from "../../model/ledger/wish.ts";
import type { LedgerPort } from "../ports.ts";
import type { Need } from "./need.ts";

/** What became of an Ask. `lease` is what the call holds from, if it wanted to and does. */
export interface Answer {
  readonly seq: number;
  readonly reply: Reply;
  readonly lease: LeaseView | null;
}

export interface AskingPorts {
  readonly ledger: Pick<LedgerPort, "ask">;
  now(): number;
  wait(ms: number): Promise<void>;
}

type WaitUntil = (work: Promise<unknown>) => void;

export interface Asking {
  exchange(view: LedgerView, ask: Ask, waitUntil: WaitUntil): Promise<Answer | null>;
  take(need: Need, waitUntil: WaitUntil): Promise<Answer | null>;
}

/** An overloaded object is left alone for so long, spread a little so that isolates do not come back together. */
const overloadedMs = 200;

export function createAsking(ports: AskingPorts, constants: LedgerConstants): Asking {
  /** Sends, and applies the reply whenever it comes. Null: no answer within `askMs`, or none at all. */
  async function exchange(view: LedgerView, ask: Ask, waitUntil: WaitUntil): Promise<Answer | null> {
    let answer: Answer | null = null;
    const answered = ports.ledger.ask(view.ledger, ask).then(
      (reply) => {
        answer = { seq: ask.seq, reply, lease: applyReply(view, reply, ports.now(), constants) };
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
    const { view, bundle, definitions, credential } = need;
    const ownCredential = credential === "" ? {} : { credential };
    for (let tries = 0; ; tries += 1) {
      const now = ports.now();
      lapse(view, now);
      if (!need.exact) runDry(bundle, now, constants.settleMs);
      const spare = need.exact ? {} : wishOf(view, bundle, now);
      const ask = makeAsk(view, { ...askedBy(bundle), ...ownCredential, spare, definitions }, now, constants);
      const answer = await exchange(view, ask, waitUntil);
      if (answer === null) return null;
      const { reply, lease } = answer;
      const ended = ports.now();
      if (callsLeft(view, bundle, ended) >= 1) bundle.grantedAt = ended;
      const isLost = reply.ok && bundle.isHeld && lease === null;
      if (isLost) view.undo.add(ask.seq);
      const isStale = bundle.isHeld && reply.stale && !reply.ok && reply.verdict === null;
      const again = isLost || reply.unknown !== undefined || isStale;
      if (!again) return answer;
      if (tries > 0)
        return isLost ? { ...answer, reply: { ...reply, ok: false, retryMs: constants.settleMs } } : answer;
    }
  }

  return { exchange, take };
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
