/**
 * @module What the data plane asks of the world beyond policies' `Services`. Adapters live in `platform/`.
 */
import type { Ask, Reply } from "../model/ledger/messages.ts";

/** One RPC to the ledger object of that name. May reject, or answer late; both are the caller's to handle (R5, R6). */
export interface LedgerPort {
  ask(ledger: string, ask: Ask): Promise<Reply>;
}
