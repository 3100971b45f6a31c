/**
 * @module What became of every call, by the clock of this machine, which the gateways, the ledger and the upstream share. A
 * call was admitted if the upstream saw it, whatever its caller heard, and it was counted at some moment between `sentAt` and
 * `arrivedAt`. That interval is all that is known of the moment, so whatever is said of windows is said of it.
 */
export interface LoggedCall {
  /** Times are epoch ms. */
  readonly sentAt: number;
  /** At the upstream; null: it never came there. */
  arrivedAt: number | null;
  endedAt: number | null;
  /** Null: under way; or, when it has ended, broken off before its answer was whole. */
  status: string | null;
  latencyMs: number;
}

export interface AdmittedCall extends LoggedCall {
  arrivedAt: number;
}

export const isAdmitted = (call: LoggedCall): call is AdmittedCall => call.arrivedAt !== null;

export const sentWithin = (calls: readonly LoggedCall[], from: number, until: number): LoggedCall[] =>
  calls.filter(({ sentAt }) => sentAt >= from && sentAt < until);

export interface CallOutcome {
  readonly sent: number;
  /** By status of those that were answered. */
  readonly answered: Readonly<Record<string, number>>;
  /** Without an answer: the connection broke off. */
  readonly brokenOff: number;
}

export function outcomeOf(calls: readonly LoggedCall[]): CallOutcome {
  const answered: Record<string, number> = {};
  let brokenOff = 0;
  for (const { status } of calls) {
    if (status === null) brokenOff += 1;
    else answered[status] = (answered[status] ?? 0) + 1;
  }
  return { sent: calls.length, answered, brokenOff };
}
