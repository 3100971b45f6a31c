import type { Verdict } from "./messages.ts";
import type { LedgerRules, LedgerState, VerdictRecord } from "./state.ts";

export const verdictKey = ({ kind, credential }: Pick<Verdict, "kind" | "credential">): string =>
  credential === undefined ? kind : `${kind}/${credential}`;

const holdsAt = ({ holds, until }: VerdictRecord, now: number): boolean => holds && (until === null || now < until);

/** The verdict that holds now over calls with this credential; a revocation outweighs the others. */
export function verdictOf(state: LedgerState, now: number, credential?: string): Verdict | null {
  if (state.upward !== null) {
    const { verdict, revoked } = state.upward.view;
    if (credential !== undefined && revoked.has(credential)) return { kind: "revoked", serial: 0, credential };
    return verdict?.verdict ?? null;
  }
  const own = credential === undefined ? [] : [verdictKey({ kind: "revoked", credential })];
  for (const key of [...own, "revoked", "suspended", "unpaid"]) {
    const verdict = state.verdicts.get(key);
    if (verdict === undefined || !holdsAt(verdict, now)) continue;
    const { kind, serial } = verdict;
    return { kind, serial, ...(verdict.credential === undefined ? {} : { credential: verdict.credential }) };
  }
  return null;
}

/** Credentials that were revoked of late: of those before, the records tell. */
export function revokedIn(state: LedgerState, now: number, { constants }: LedgerRules): string[] {
  if (state.upward !== null) return [...state.upward.view.revoked.keys()];
  return [...state.verdicts.values()].flatMap((verdict) => {
    const isRecent = now - verdict.since < constants.revokedMs;
    return verdict.credential !== undefined && isRecent && holdsAt(verdict, now) ? [verdict.credential] : [];
  });
}
