import { describe, expect, it } from "vitest";
import { ledgerConstants } from "../../../src/model/ledger/constants.ts";
import { applyReply, makeAsk } from "../../../src/model/ledger/exchange.ts";
import { flusherTurn, refusalFromMemory, standingOf } from "../../../src/model/ledger/isolate.ts";
import { answer } from "../../../src/model/ledger/object.ts";
import { emptyLedger, ledgerRules } from "../../../src/model/ledger/state.ts";
import { emptyView, spend } from "../../../src/model/ledger/view.ts";
import { bundleOf } from "../../../src/model/ledger/wish.ts";
import type { LimitDefinition } from "../../../src/model/limit.ts";

const t = 1_800_000_000_000;

function define(address: number | string, callsMax = 10): LimitDefinition {
  const limit = { name: "hour", algorithm: "fixed-window", callsMax, windowMs: 3_600_000 } as const;
  return { key: `rl@${address}/hour`, revision: 1, limit };
}

/** One isolate's view of a crowd's ledger, and the ledger. */
function crowd() {
  const state = emptyLedger(t);
  const view = emptyView("crowd:w:e:1", "h");
  const call = (definition: LimitDefinition, now: number, spare = 0) => {
    const bundle = bundleOf(view, [
      { key: definition.key, units: 1, held: false, permit: false, isDispensable: false, isPaid: false },
    ]);
    view.lastCallAt = now;
    const wants = {
      take: { [definition.key]: 1 },
      spare: spare === 0 ? {} : { [definition.key]: spare },
      definitions: [definition],
    };
    const ask = makeAsk(view, wants, now, ledgerConstants);
    const snapshot = view.inFlight.get(ask.seq)?.spentBefore.size ?? 0;
    const { reply } = answer(state, ask, now, ledgerRules);
    applyReply(view, reply, now, ledgerConstants);
    return { ask, reply, bundle, snapshot };
  };
  return { view, call };
}

describe("what an isolate has heard of limits", () => {
  it("stays within bounds when every call is another address's", () => {
    const { view, call } = crowd();
    let most = 0;
    let largest = 0;
    for (let address = 0; address < 3_000; address += 1) {
      const { snapshot } = call(define(address), t + address * 20);
      most = Math.max(most, view.heard.size);
      largest = Math.max(largest, snapshot);
    }
    // Fifty addresses a second: a moment's worth is kept, and an Ask takes along only what it is about.
    expect(most).toBeLessThanOrEqual(200);
    expect(largest).toBe(1);
  });

  it("stays within bounds even when all of them are refused", () => {
    const { view, call } = crowd();
    const tight = (address: number) => define(address, 1);
    for (let address = 0; address < 2_500; address += 1) {
      call(tight(address), t + address);
      expect(call(tight(address), t + address).reply.ok).toBe(false);
    }
    expect(view.heard.size).toBeLessThanOrEqual(2_000);
    // The latest are refused from memory still.
    const bundle = bundleOf(view, [
      { key: tight(2_499).key, units: 1, held: false, permit: false, isDispensable: false, isPaid: false },
    ]);
    expect(refusalFromMemory(view, bundle, "cred_1", t + 2_500)).toMatchObject({ deniedBy: tight(2_499).key });
  });

  it("is as much as one application has, at rest", () => {
    const { view, call } = crowd();
    for (let address = 0; address < 40; address += 1) call(define(address), t + address);
    expect(flusherTurn(view, t + 5_000, ledgerConstants)).toBeNull();
    expect(view.heard.size).toBe(0);
    expect(view.bundles.size).toBe(0);
    for (let limit = 0; limit < 8; limit += 1) call(define(`app-${limit}`), t + 6_000);
    expect(flusherTurn(view, t + 10_000, ledgerConstants)).toBeNull();
    expect(view.heard.size).toBe(8);
    expect(view.bundles.size).toBe(8);
  });

  it("outlives a flood where units are leased: what was spent here is still told", () => {
    const { view, call } = crowd();
    const mine = define("mine", 1_000);
    const { bundle } = call(mine, t, 50);
    for (let unit = 0; unit < 7; unit += 1) expect(spend([{ view, bundle }], t)).toBe(true);
    for (let address = 0; address < 500; address += 1) call(define(address), t + address * 5);
    expect(standingOf(view, mine, t + 2_500)).toMatchObject({ remaining: 992 });
  });

  it("is told again when it was forgotten, with the definition and no second question", () => {
    const { view, call } = crowd();
    expect(call(define("mine"), t).ask.definitions).toHaveLength(1);
    expect(call(define("mine"), t + 10).ask.definitions).toBeUndefined();
    for (let address = 0; address < 500; address += 1) call(define(address), t + address * 20);
    expect(view.heard.has(define("mine").key)).toBe(false);
    const again = call(define("mine"), t + 20_000);
    expect(again.ask.definitions).toHaveLength(1);
    expect(again.reply).toMatchObject({ ok: true, remaining: { [define("mine").key]: { left: 7 } } });
  });
});
