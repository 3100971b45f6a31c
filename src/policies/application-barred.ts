import { Problem } from "../model/problem.ts";

/** The application may not call at all; what says so is its record, or its ledger. */
export function applicationBarred(unpaid: boolean): Problem {
  if (unpaid) {
    return new Problem("payment-overdue", {
      detail: "A payment for this application is overdue. Pay the open invoice, or ask the API's provider about it.",
    });
  }
  return new Problem("application-suspended", {
    detail: "The application that this key belongs to is suspended. Ask the API's provider why.",
  });
}
