import { countOut } from "../../../src/model/ledger/state.ts";
import type { LedgerRules, LedgerState } from "../../../src/model/ledger/state.ts";
import type { Mutant } from "./mutants.ts";
import { shardsProfile } from "./profile.ts";
import { shipped } from "./system.ts";
import type { System } from "./system.ts";

/** What the shard has leased lives on for so long beyond what it was told, while it answers. */
function longLived(ms: number): System {
  const change = ({ upward }: LedgerState, by: number): void => {
    if (upward === null) return;
    for (const lease of [upward.view.lease, ...upward.view.closing]) {
      lease.heldUntil += by;
      for (const pool of lease.pools.values()) pool.spareUntil += by;
    }
  };
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      change(state, ms);
      const answer = shipped.answer(state, ask, now, rules);
      change(state, -ms);
      return answer;
    },
  };
}

/** A take is given back whatever the ledger has heard of it. */
function undoesWhatWasSaid(): System {
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      if (state.upward !== null) {
        const { seq } = state.upward.view;
        for (const undone of ask.undo) {
          const decision = state.seen.get(ask.holder)?.decisions.get(undone);
          if (decision !== undefined) decision.took = decision.took.map((took) => ({ ...took, since: seq }));
        }
      }
      return shipped.answer(state, ask, now, rules);
    },
  };
}

/** A restart changes what a shard has. */
function restarted(change: (state: LedgerState) => void): System {
  return {
    ...shipped,
    restore(rows, time, rules, upward) {
      const state = shipped.restore(rows, time, rules, upward);
      if (state.upward !== null) change(state);
      return state;
    },
  };
}

function forgetsAllowance(): System {
  return {
    ...shipped,
    restore(rows, time, rules, upward = null) {
      const changed = rows.map((row) => {
        if (upward === null || row.table !== "limit_state" || row.value === null) return row;
        const limits = JSON.parse(row.value) as { allowance: number }[];
        return { ...row, value: JSON.stringify(limits.map((limit) => ({ ...limit, allowance: 0 }))) };
      });
      return shipped.restore(changed, time, rules, upward);
    },
  };
}

/** What dies in isolates comes back to the shard, and is leased again. */
function refundsTheDead(): System {
  const refund = (state: LedgerState, now: number, rules: LedgerRules): void => {
    for (const [id, lease] of state.upward === null ? [] : state.leases) {
      if (lease.dead || now < lease.deadline + rules.constants.marginMs) continue;
      lease.dead = true;
      state.changed.leases.add(id);
      for (const [key, pool] of Object.entries(lease.pools)) {
        const { source = null } = state.limits.get(key) ?? {};
        source?.release(pool, pool.out);
        source?.changed();
        pool.out = 0;
      }
    }
    for (const record of state.limits.values()) countOut(state, record, rules);
  };
  return {
    ...shipped,
    answer(state, ask, now, rules) {
      refund(state, now, rules);
      return shipped.answer(state, ask, now, rules);
    },
    wake(state, now, rules) {
      refund(state, now, rules);
      return shipped.wake(state, now, rules);
    },
  };
}

export const shardMutants: readonly Mutant[] = [
  { name: "what a shard hands on outlives what it has", profile: shardsProfile, system: () => longLived(3_000) },
  { name: "a shard undoes a take that it has told of", profile: shardsProfile, system: undoesWhatWasSaid },
  {
    name: "a shard's restart returns what isolates have",
    profile: shardsProfile,
    system: () =>
      restarted((state) => {
        state.leases.clear();
        for (const { pools } of state.upward?.view.closing ?? []) for (const pool of pools.values()) pool.held = 0;
      }),
  },
  { name: "a shard's restart forgets the allowance", profile: shardsProfile, system: forgetsAllowance },
  { name: "a shard leases again what died in isolates", profile: shardsProfile, system: refundsTheDead },
];
