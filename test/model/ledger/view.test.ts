import { describe, expect, it } from "vitest";
import { ledgerConstants } from "../../../src/model/ledger/constants.ts";
import { applyReply, makeAsk } from "../../../src/model/ledger/exchange.ts";
import { flusherTurn } from "../../../src/model/ledger/isolate.ts";
import type { Reply } from "../../../src/model/ledger/messages.ts";
import { callsLeft, closeLease, emptyView, spend, unspend } from "../../../src/model/ledger/view.ts";
import { bundleOf, countCall, wishOf } from "../../../src/model/ledger/wish.ts";

const t = 1_800_000_000_000;

function replyTo(seq: number, changes: Partial<Reply> = {}): Reply {
  return {
    seq,
    ok: true,
    deniedBy: null,
    retryMs: 0,
    verdict: null,
    lease: 1,
    stale: false,
    spareMs: 3_000,
    holdMs: 3_000,
    renewed: [1],
    granted: { a: 10 },
    reportsApplied: 0,
    at: 0,
    remaining: {},
    ...changes,
  };
}

const share = (key: string) => ({ key, units: 1, held: false, permit: false, isDispensable: false, isPaid: false });

function leased() {
  const view = emptyView("app:w:e:a", "h");
  const bundle = bundleOf(view, [share("a")]);
  const send = (now: number) => makeAsk(view, { spare: { a: 10 }, definitions: [] }, now, ledgerConstants);
  return { view, bundle, send };
}

describe("an isolate's lease", () => {
  it("R2: lives from before the Ask was sent, on this clock alone", () => {
    const { view, bundle, send } = leased();
    const { seq } = send(t);
    applyReply(view, replyTo(seq), t + 500, ledgerConstants);
    expect(callsLeft(view, bundle, t + 2_999)).toBe(10);
    expect(callsLeft(view, bundle, t + 3_000)).toBe(0);
    // The clock stepped back: nothing may be spent, whatever it says.
    expect(callsLeft(view, bundle, t - 1)).toBe(0);
  });

  it("R3: replies are applied by maximum, in whatever order and however often", () => {
    const { view, bundle, send } = leased();
    const first = send(t).seq;
    const second = send(t + 100).seq;
    applyReply(view, replyTo(second, { granted: { a: 12 } }), t + 200, ledgerConstants);
    applyReply(view, replyTo(first, { granted: { a: 10 } }), t + 300, ledgerConstants);
    applyReply(view, replyTo(first, { granted: { a: 10 } }), t + 300, ledgerConstants);
    expect(callsLeft(view, bundle, t + 3_050)).toBe(12);
  });

  it("R1: all limits of all ledgers are spent, or none", () => {
    const one = leased();
    const other = leased();
    applyReply(one.view, replyTo(one.send(t).seq), t, ledgerConstants);
    expect(spend([one, other], t)).toBe(false);
    expect(callsLeft(one.view, one.bundle, t)).toBe(10);
    applyReply(other.view, replyTo(other.send(t).seq), t, ledgerConstants);
    expect(spend([one, other], t)).toBe(true);
    expect(callsLeft(one.view, one.bundle, t)).toBe(9);
  });

  it("a quota that joins a lease late does not live as long as its neighbours", () => {
    const { view, send } = leased();
    applyReply(view, replyTo(send(t).seq), t, ledgerConstants);
    applyReply(
      view,
      replyTo(send(t + 100).seq, { spareMs: 500, granted: { a: 10, quota: 5 } }),
      t + 100,
      ledgerConstants,
    );
    const quota = bundleOf(view, [share("quota")]);
    expect(callsLeft(view, quota, t + 599)).toBe(5);
    expect(callsLeft(view, quota, t + 600)).toBe(0);
  });

  it("R4, R9: is handed back as final when it has been idle, and repeated until that is acknowledged", () => {
    const { view, bundle, send } = leased();
    applyReply(view, replyTo(send(t).seq), t, ledgerConstants);
    view.lastCallAt = t;
    spend([{ view, bundle }], t);
    expect(flusherTurn(view, t + 999, ledgerConstants)).toMatchObject({ lease: 1, says: [{ final: false }] });
    const final = [{ number: 1, final: true, pools: { a: { spent: 1, returned: 9 } } }];
    expect(flusherTurn(view, t + 1_000, ledgerConstants)).toMatchObject({ lease: 2, says: final });
    const again = flusherTurn(view, t + 2_000, ledgerConstants);
    expect(again).toMatchObject({ says: final });
    applyReply(view, replyTo(again?.seq ?? 0, { lease: 2, granted: {} }), t + 2_000, ledgerConstants);
    view.inFlight.clear();
    expect(flusherTurn(view, t + 3_000, ledgerConstants)).toBeNull();
  });

  it("R14: takes back what it spent only while nobody has heard of it", () => {
    const { view, bundle, send } = leased();
    applyReply(view, replyTo(send(t).seq), t, ledgerConstants);
    const { lease, seq } = view;
    spend([{ view, bundle }], t);
    spend([{ view, bundle }], t);
    expect(unspend(view, bundle, lease, seq)).toBe(true);
    expect(callsLeft(view, bundle, t)).toBe(9);
    // An Ask that names them has left, and may arrive however late: from here on they are spent, whoever was served.
    expect(send(t).says).toEqual([{ number: 1, final: false, pools: { a: { spent: 1, returned: 0 } } }]);
    expect(unspend(view, bundle, lease, seq)).toBe(false);
    expect(callsLeft(view, bundle, t)).toBe(9);
  });

  it("R4: what it takes back of a lease that was closed meanwhile is returned, not spent again", () => {
    const { view, bundle, send } = leased();
    applyReply(view, replyTo(send(t).seq), t, ledgerConstants);
    const { lease, seq } = view;
    spend([{ view, bundle }], t);
    closeLease(view);
    expect(unspend(view, bundle, lease, seq)).toBe(true);
    expect(callsLeft(view, bundle, t)).toBe(0);
    expect(send(t).says).toContainEqual({ number: 1, final: true, pools: { a: { spent: 0, returned: 10 } } });
  });

  it("wishes for a second's calls, and for nothing below two a second", () => {
    const { view, bundle } = leased();
    countCall(bundle, t);
    expect(wishOf(view, bundle, t)).toEqual({});
    for (let call = 0; call < 9; call += 1) countCall(bundle, t + call);
    expect(wishOf(view, bundle, t + 10).a).toBeGreaterThanOrEqual(9);
    expect(wishOf(view, bundle, t + 10_000)).toEqual({});
  });
});
