import type { Ledgers } from "../actions/context.ts";
import type { Ask, Reply } from "../model/ledger/messages.ts";

/** Stubs are made anew for each question: one that has seen an error may be broken. */
export function ledgersOf(env: Pick<Env, "LEDGER">): Ledgers {
  return {
    peek: (ledger) => env.LEDGER.getByName(ledger).peek(),
    minutes: (ledger, question) => env.LEDGER.getByName(ledger).minutes(question),
    reconcile: (ledger, range) => env.LEDGER.getByName(ledger).reconcile(range),
    journal: (ledger, question) => env.LEDGER.getByName(ledger).journal(question),
  };
}

/** How a shard asks its ledger. */
export function askLedger({ LEDGER }: Pick<Env, "LEDGER">, ledger: string, ask: Ask): Promise<Reply> {
  return LEDGER.getByName(ledger).ask(ask);
}
