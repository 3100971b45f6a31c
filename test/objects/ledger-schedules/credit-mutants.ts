import type { LedgerState } from "../../../src/model/ledger/state.ts";
import type { Mutant } from "./mutants.ts";
import { creditProfile } from "./profile.ts";
import { shipped } from "./system.ts";
import type { System } from "./system.ts";

/** Something else has become of the credit after the object has answered. */
function after(change: (state: LedgerState) => void): () => System {
  return () => ({
    ...shipped,
    answer(state, ask, now, rules) {
      const answer = shipped.answer(state, ask, now, rules);
      change(state);
      return answer;
    },
  });
}

export const creditMutants: readonly Mutant[] = [
  {
    name: "a late charge goes below zero",
    profile: creditProfile,
    system: after((state) => {
      for (const account of state.credits.values()) {
        const [grant] = account.grants;
        if (grant === undefined) continue;
        grant.balances.available -= account.writtenOff;
        grant.balances.consumed += account.writtenOff;
        account.writtenOff = 0;
      }
    }),
  },
  {
    name: "credit of a dead isolate counts as spent",
    profile: creditProfile,
    system: () => ({
      ...shipped,
      rules: ({ constants, algorithms }) => ({
        constants,
        algorithms: { ...algorithms, credit: { ...algorithms.credit, orphan: () => "spent" } },
      }),
    }),
  },
  {
    name: "a grant that is told again is funded again",
    profile: creditProfile,
    system: () => {
      let times = 0;
      return {
        ...shipped,
        fund(state, { key, grants }, now, rules) {
          const told = grants.map((grant) => {
            const isKnown = state.credits.get(key)?.grants.some(({ id }) => id === grant.id) ?? false;
            return isKnown ? { ...grant, id: `${grant.id}-${(times += 1)}` } : grant;
          });
          shipped.fund(state, { key, grants: told }, now, rules);
        },
      };
    },
  },
  {
    name: "what comes back of a grant that has ended can be used again",
    profile: creditProfile,
    system: after((state) => {
      for (const account of state.credits.values()) {
        for (const { state: stands, balances } of account.grants) {
          if (stands !== "expired" || balances.expired === 0) continue;
          balances.available += balances.expired;
          balances.expired = 0;
        }
      }
    }),
  },
  {
    name: "a restart forgets the credit",
    profile: creditProfile,
    system: () => ({
      ...shipped,
      restore: (rows, now, rules) =>
        shipped.restore(
          rows.filter(({ table }) => table !== "credit"),
          now,
          rules,
        ),
    }),
  },
  {
    name: "the journal lacks what is not of the running hour",
    profile: creditProfile,
    system: () => ({
      ...shipped,
      changesOf: (state) => shipped.changesOf(state).filter(({ table }) => table !== "journal"),
    }),
  },
];
