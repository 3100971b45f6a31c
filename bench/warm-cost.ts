import { performance } from "node:perf_hooks";
import { createLeases } from "../src/gateway/leases.ts";
import type { Demand } from "../src/gateway/leases.ts";
import { answer } from "../src/model/ledger/object.ts";
import { emptyLedger, ledgerRules } from "../src/model/ledger/state.ts";
import type { LimitDefinition } from "../src/model/limit.ts";

/** What a warm call's limits cost in CPU, and how many of those that were timed had to wait for the ledger. */
export interface WarmCost {
  readonly limits: number;
  readonly microseconds: number;
  readonly waited: number;
}

const calls = 500_000;
const rounds = 5;

/** Admits calls of one application from memory, as the gateway does; the best of some rounds, on this machine. */
export async function measureWarm(limits: number): Promise<WarmCost> {
  const state = emptyLedger(Date.now());
  let now = Date.now();
  const leases = createLeases({
    now: () => now,
    makeId: () => "holder",
    wait: () => new Promise(() => undefined),
    ledger: { ask: async (_ledger, ask) => answer(state, ask, now, ledgerRules).reply },
  });
  const definitions = Array.from({ length: limits }, (_, index): LimitDefinition => {
    const name = `limit-${index}`;
    const limit = { name, algorithm: "fixed-window", callsMax: 1_000_000_000, windowMs: 86_400_000 } as const;
    return { key: `sub_1/${name}`, revision: 1, limit };
  });
  const always = { ledger: "app:ws_1:env_1:app_1", cost: 1, variable: false, credential: "key_1" } as const;
  const demand: Demand = { ...always, definitions, mode: "leased", onFailure: "refuse" };
  const demands = [demand];
  let waited = 0;
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    // What was leased before is renewed and refilled, and the rate known.
    for (let call = 0; call < 20_000; call += 1) await leases.admit(demands, () => undefined);
    const began = performance.now();
    for (let call = 0; call < calls; call += 1) {
      const admission = leases.admit(demands, () => undefined);
      if (!(admission instanceof Promise)) continue;
      waited += 1;
      await admission;
    }
    best = Math.min(best, ((performance.now() - began) * 1_000) / calls);
    now += 100;
  }
  return { limits, microseconds: Math.round(best * 100) / 100, waited };
}
