/** @module A shard's questions to its ledger: for calls that wait, and to settle. What is asked and heard, `model/ledger/shard.ts` decides. */
import { fail } from "../../model/ledger/exchange.ts";
import type { Ask, Reply, Units } from "../../model/ledger/messages.ts";
import { askAbove, hearAbove, isDueAbove, lackingFor, noteDemand } from "../../model/ledger/shard.ts";
import type { LedgerRules, LedgerState } from "../../model/ledger/state.ts";

export interface AbovePorts {
  ask(ask: Ask): Promise<Reply>;
  now(): number;
  wait(ms: number): Promise<void>;
  /** As this instance has it. */
  state(): LedgerState;
  /** What has changed, before anything rests on it. */
  write(): void;
  /** Does what changes memory, and ends the instance if that fails (R12). */
  guard<T>(work: () => T): T;
}

export interface Above {
  /**
   * Answers as soon as what this Ask needs is leased, in the same stretch, so that no other Ask comes in between. Fails if the
   * ledger does not answer in time.
   */
  supply<T>(ask: Ask, answer: () => T): Promise<T>;
  /** Settles and refills, if it is time. */
  attend(): Promise<void>;
}

/** A neighbour may be quicker with what was leased for a call: it asks again, so often at most. */
const triesMax = 4;

export function createAbove(ports: AbovePorts, rules: LedgerRules): Above {
  let isAttending = false;

  /** False: no answer in time. A late one is heard nevertheless. */
  async function exchange(hold: Units): Promise<boolean> {
    const state = ports.state();
    const ask = ports.guard(() => askAbove(state, hold, ports.now(), rules));
    let isAnswered = false;
    const answered = ports.ask(ask).then(
      (reply) => {
        ports.guard(() => hearAbove(ports.state(), reply, ports.now(), rules));
        ports.write();
        isAnswered = true;
      },
      () => {
        const { upward } = ports.state();
        if (upward !== null) fail(upward.view, ask.seq);
      },
    );
    await Promise.race([answered, ports.wait(rules.constants.askMs / 2)]);
    return isAnswered;
  }

  return {
    async supply(from, answer) {
      noteDemand(ports.state(), from, ports.now());
      for (let tries = 0; tries < triesMax; tries += 1) {
        const lacking = lackingFor(ports.state(), from, ports.now(), rules);
        if (lacking === null) break;
        if (!(await exchange(lacking))) throw new Error("The ledger of this shard did not answer in time.");
      }
      return answer();
    },
    async attend() {
      if (isAttending || !isDueAbove(ports.state(), ports.now(), rules)) return;
      isAttending = true;
      await exchange({}).finally(() => (isAttending = false));
    },
  };
}
