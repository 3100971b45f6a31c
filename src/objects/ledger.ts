/**
 * @module The Durable Object `Ledger`: counts for one subject. A thin shell around `model/ledger/object.ts`: it keeps the
 * state in SQLite, writes before it answers, and wakes by alarm. It decides nothing.
 */
import { DurableObject } from "cloudflare:workers";
import { hourMinutes, hourOfMinute } from "../model/ledger/hour-totals.ts";
import type {
  Ask,
  Funding,
  JournalPage,
  JournalQuestion,
  Judgement,
  LedgerSnapshot,
  Reply,
  Verdict,
} from "../model/ledger/messages.ts";
import { ledgerAbove } from "../model/ledger/name.ts";
import { answer, fund, judge, peek } from "../model/ledger/object.ts";
import type { HourRange, Reconciliation } from "../model/ledger/reconciliation.ts";
import { markDirty } from "../model/ledger/report.ts";
import { changesOf, restore } from "../model/ledger/restart.ts";
import { shardRules } from "../model/ledger/shard.ts";
import { emptyUpward } from "../model/ledger/slice.ts";
import type { Upward } from "../model/ledger/slice.ts";
import { ledgerRules } from "../model/ledger/state.ts";
import type { LedgerRules, LedgerState } from "../model/ledger/state.ts";
import { forgetNotices } from "../model/ledger/thresholds.ts";
import { sumMinutes } from "../model/ledger/usage-minutes.ts";
import type { MinutesAnswer, MinutesQuestion } from "../model/ledger/usage-minutes.ts";
import { arm, wake } from "../model/ledger/wake.ts";
import type { UsageCell } from "../model/usage.ts";
import { createLedgerStore } from "./ledger/store.ts";
import type { LedgerStore } from "./ledger/store.ts";
import { createAbove } from "./ledger/above.ts";
import type { Above } from "./ledger/above.ts";
import { createLedgerTotals } from "./ledger/totals.ts";
import type { LedgerTotals } from "./ledger/totals.ts";
import type { NoticesPort, TotalsStore } from "./ports.ts";

/** Notices in one message. */
const noticesMax = 50;

export interface LedgerPorts {
  readonly totals: TotalsStore;
  readonly notices: NoticesPort;
  /** Asks another ledger: the one that a shard has its units from. */
  ask(ledger: string, ask: Ask): Promise<Reply>;
}

/** The class, given where its totals go. `worker.ts` exports it under the name that wrangler.toml declares. */
export function createLedger<Env>(ports: (env: Env) => LedgerPorts, ledger: LedgerRules = ledgerRules) {
  const shard = shardRules(ledger);

  return class LedgerObject extends DurableObject<Env> {
    readonly #name = this.ctx.id.name ?? "";
    readonly #ledgerAbove = ledgerAbove(this.#name);
    readonly #rules = this.#ledgerAbove === null ? ledger : shard;
    readonly #store: LedgerStore = createLedgerStore(this.ctx.storage);
    /** One for all: a comparison must notice what the alarm sends. */
    readonly #totals: LedgerTotals = createLedgerTotals({
      source: this.#name,
      store: this.#store,
      totals: ports(this.env).totals,
      guard: (work) => this.#guard(work),
      firstHour: () => hourOfMinute(this.#load().meta.prunedMinute + 1),
      markDirty: (hour) => {
        const state = this.#load();
        markDirty(state, hour * hourMinutes, Date.now(), this.#rules);
        this.#write(state, []);
      },
    });
    #state: LedgerState | null = null;
    /** Of a shard: how it asks its ledger. */
    readonly #above: Above | null = this.#ledgerAbove === null ? null : this.#askAbove(this.#ledgerAbove);

    /**
     * The one call of the data plane. Repeats are answered alike; whatever it grants is durable before it arrives (R10). A ledger
     * answers at once, a shard when it has leased what it lacks.
     */
    ask(ask: Ask): Reply | Promise<Reply> {
      const above = this.#above;
      if (above === null) return this.#answer(ask);
      return above.supply(ask, () => {
        const reply = this.#answer(ask);
        this.#attend();
        return reply;
      });
    }

    #answer(ask: Ask): Reply {
      const state = this.#load();
      const { reply, booked } = this.#guard(() => answer(state, ask, Date.now(), this.#rules));
      this.#write(state, booked);
      return reply;
    }

    /** Sets or lifts a verdict and answers with the one that holds. */
    judge(judgement: Judgement): Verdict | null {
      const state = this.#load();
      const verdict = this.#guard(() => judge(state, judgement, Date.now(), this.#rules));
      this.#write(state, []);
      return verdict;
    }

    /** Funds grants of credit, or changes what is said of them. Repeats and older news change nothing. */
    fund(funding: Funding): void {
      const state = this.#load();
      this.#guard(() => fund(state, funding, Date.now(), this.#rules));
      this.#write(state, []);
    }

    /** How a subscription's credit was moved; what is of the running hour stands on the first page, beside its own. */
    journal({ key, before, count }: JournalQuestion): JournalPage {
      const state = this.#load();
      const running = before === null ? (state.credits.get(key)?.entries.toReversed() ?? []) : [];
      const { entries, next } = this.#guard(() => this.#store.journal({ key, before, count }));
      return { entries: [...running, ...entries], next };
    }

    /** The limits as they stand; reads, never writes. */
    peek(): LedgerSnapshot {
      const state = this.#load();
      return this.#guard(() => peek(state, Date.now(), this.#rules));
    }

    /** Usage by the minute, as far as it goes back and as much as may be read at once. */
    minutes(question: MinutesQuestion): MinutesAnswer {
      return this.#guard(() => sumMinutes(this.#store.cells(question.from, question.to), question));
    }

    /** Holds what is counted here beside what D1 says, and sends again what differs. */
    reconcile(range: HourRange): Promise<Reconciliation> {
      return this.#totals.reconcile(range);
    }

    /** Sets the next alarm first, catches everything, never throws: a throw would be retried with our state half way. */
    override async alarm(): Promise<void> {
      try {
        const state = this.#load();
        const { flush } = this.#guard(() => wake(state, Date.now(), this.#rules));
        // Before the next alarm is set: that is when it is due again.
        this.#attend();
        this.#write(state, []);
        if (flush) await this.#flush(state);
        if (state.meta.prunedMinute > 0) this.#guard(() => this.#store.prune(state.meta.prunedMinute));
      } catch (cause) {
        console.error("ledger alarm", this.#name, cause);
      }
    }

    #askAbove(name: string): Above {
      return createAbove(
        {
          ask: (ask) => ports(this.env).ask(name, ask),
          now: () => Date.now(),
          wait: (ms) => scheduler.wait(ms),
          state: () => this.#load(),
          write: () => this.#write(this.#load(), []),
          guard: (work) => this.#guard(work),
        },
        this.#rules,
      );
    }

    /** In nobody's way. */
    #attend(): void {
      if (this.#above !== null) this.ctx.waitUntil(this.#above.attend());
    }

    #load(): LedgerState {
      if (this.#state !== null) return this.#state;
      const state = this.#guard(() => restore(this.#store.rows(), Date.now(), this.#rules, this.#upward()));
      // R11: what a restart makes of lost allowances is on disk, and due by alarm, before anything is answered.
      this.#write(state, []);
      this.#state = state;
      return state;
    }

    #upward(): Upward | null {
      return this.#ledgerAbove === null ? null : emptyUpward(this.#ledgerAbove, this.#name);
    }

    /** Everything that an answer rests on, in one transaction, in the same synchronous stretch as the answer (R10, R19). */
    #write(state: LedgerState, booked: readonly UsageCell[]): void {
      this.#guard(() => {
        const alarmAt = arm(state, Date.now(), this.#rules);
        const rows = changesOf(state);
        if (rows.length > 0 || booked.length > 0) this.#store.write(rows, booked);
        if (alarmAt !== null) this.ctx.waitUntil(this.ctx.storage.setAlarm(alarmAt));
      });
    }

    /** R12: memory that is ahead of the disk must never answer, so a failure ends this instance; the next one loads. */
    #guard<T>(work: () => T): T {
      try {
        return work();
      } catch (cause) {
        this.#state = null;
        this.ctx.abort(`ledger: ${cause instanceof Error ? cause.message : String(cause)}`);
        throw cause;
      }
    }

    /** R20: what is sent is clean; what fails, or comes meanwhile, stays planned. */
    async #flush(state: LedgerState): Promise<void> {
      const { meta } = state;
      await this.#totals.send(meta.dirtyMinute ?? meta.lastMinute);
      // Asked anew: what was reported meanwhile may be of an earlier minute.
      const left = this.#guard(() => this.#store.dirty(meta.dirtyMinute ?? meta.lastMinute, 1));
      const notices = [...state.notices.values()].slice(0, noticesMax);
      if (notices.length > 0) {
        await ports(this.env).notices.store(this.#name, notices);
        forgetNotices(state, notices);
        this.#write(state, []);
      }
      if (left.length > 0 || state.notices.size > 0) return;
      meta.dirtyMinute = null;
      meta.flushAt = null;
      state.changed.meta = true;
      this.#write(state, []);
    }
  };
}
