import type { Ledgers } from "../actions/context.ts";

/** Stubs are made anew for each question: one that has seen an error may be broken. */
export function ledgersOf(env: Pick<Env, "LEDGER">): Ledgers {
  return {
    peek: (ledger) => env.LEDGER.getByName(ledger).peek(),
    minutes: (ledger, question) => env.LEDGER.getByName(ledger).minutes(question),
    reconcile: (ledger, range) => env.LEDGER.getByName(ledger).reconcile(range),
    journal: (ledger, question) => env.LEDGER.getByName(ledger).journal(question),
  };
}
