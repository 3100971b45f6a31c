import type { Ledgers } from "../actions/context.ts";

/** Stubs are made anew for each question: one that has seen an error may be broken. */
export function ledgersOf(env: Pick<Env, "LEDGER">): Ledgers {
  return {
    peek: (ledger) => env.LEDGER.getByName(ledger).peek(),
    journal: (ledger, question) => env.LEDGER.getByName(ledger).journal(question),
  };
}
