import { describe, expect, it } from "vitest";
import {
  availableOf,
  consumeCredit,
  emptyCredit,
  forgetGrants,
  fundGrant,
  nextCreditTime,
  overdrawCredit,
  passCreditTime,
  releaseCredit,
  reserveCredit,
  takeJournal,
} from "../../../src/model/ledger/credit-account.ts";
import type { CreditAccount, Grant } from "../../../src/model/ledger/credit-account.ts";

const noon = Date.UTC(2026, 10, 25, 12);
const hourMs = 3_600_000;

function grant(changes: Partial<Grant> = {}): Grant {
  return {
    id: "gra_1",
    serial: 1,
    units: 10,
    priority: 100,
    effectiveAt: noon,
    expiresAt: null,
    voided: false,
    ...changes,
  };
}

function funded(...grants: Grant[]): CreditAccount {
  const account = emptyCredit();
  for (const one of grants) fundGrant(account, one, noon);
  return account;
}

const balances = (account: CreditAccount) => Object.fromEntries(account.grants.map((one) => [one.id, one.balances]));

describe("credit", () => {
  it("is used up by priority, then by what ends first, and what is let go of goes back the other way round", () => {
    const account = funded(
      grant({ id: "gra_last", priority: 200 }),
      grant({ id: "gra_endless" }),
      grant({ id: "gra_ending", expiresAt: noon + hourMs }),
      grant({ id: "gra_first", priority: 1, units: 5 }),
    );
    const from = {};
    reserveCredit(account, from, 22, noon);
    expect(from).toEqual({ gra_first: 5, gra_ending: 10, gra_endless: 7 });
    releaseCredit(account, from, 8, noon);
    expect(from).toEqual({ gra_first: 5, gra_ending: 9 });
    consumeCredit(account, from, 6, noon);
    expect(from).toEqual({ gra_ending: 8 });
    expect(availableOf(account)).toBe(21);
    expect(balances(account)).toMatchObject({
      gra_first: { consumed: 5, available: 0 },
      gra_ending: { consumed: 1, escrow: 8, available: 1 },
      gra_endless: { available: 10 },
    });
  });

  it("begins when it is effective and ends when it expires; what is held then may be used, and else is not available", () => {
    const account = funded(grant({ effectiveAt: noon + 1_000, expiresAt: noon + 5_000 }));
    expect([availableOf(account), nextCreditTime(account)]).toEqual([0, noon + 1_000]);
    expect(passCreditTime(account, noon + 999)).toBe(false);
    expect(passCreditTime(account, noon + 1_000)).toBe(true);
    expect([availableOf(account), nextCreditTime(account)]).toEqual([10, noon + 5_000]);
    const from = {};
    reserveCredit(account, from, 6, noon + 4_000);
    passCreditTime(account, noon + 5_000);
    expect([availableOf(account), nextCreditTime(account)]).toEqual([0, Infinity]);
    consumeCredit(account, from, 2, noon + 6_000);
    releaseCredit(account, from, 4, noon + 6_000);
    expect(balances(account)).toEqual({
      gra_1: { pending: 0, available: 0, escrow: 0, consumed: 2, expired: 8, voided: 0 },
    });
  });

  it("funds a grant once, takes the newest that is said of it, and changes nothing of what was funded", () => {
    const account = funded(grant(), grant(), grant({ serial: 3, expiresAt: noon + hourMs, units: 99 }));
    fundGrant(account, grant({ serial: 2, expiresAt: noon + 1 }), noon + 2);
    expect(account.grants).toMatchObject([{ units: 10, expiresAt: noon + hourMs, balances: { available: 10 } }]);
    fundGrant(account, grant({ serial: 4, voided: true }), noon + 3);
    fundGrant(account, grant({ serial: 5, voided: false, expiresAt: null }), noon + 4);
    expect(account.grants).toMatchObject([{ state: "voided", balances: { available: 0, voided: 10 } }]);
  });

  it("is there again where its end was put off before it, and that came to be known after it", () => {
    const account = funded(grant({ expiresAt: noon + 1_000 }));
    passCreditTime(account, noon + 1_000);
    expect(availableOf(account)).toBe(0);
    fundGrant(account, grant({ serial: 2, expiresAt: noon + hourMs }), noon + 2_000);
    expect([availableOf(account), nextCreditTime(account)]).toEqual([10, noon + hourMs]);
    passCreditTime(account, noon + hourMs);
    fundGrant(account, grant({ serial: 3, expiresAt: noon + hourMs - 1 }), noon + hourMs);
    expect(balances(account)).toMatchObject({ gra_1: { available: 0, expired: 10 } });
  });

  it("is never below zero: what costs more than there is, is written off", () => {
    const account = funded(grant());
    overdrawCredit(account, 14, noon);
    expect(account).toMatchObject({ writtenOff: 4, grants: [{ balances: { available: 0, consumed: 10 } }] });
    expect(() => reserveCredit(account, {}, 1, noon)).toThrow("1 units were reserved that are not available");
    expect(() => consumeCredit(account, {}, 1, noon)).toThrow("1 units left the escrow");
  });

  it("keeps a journal of pairs, added up by the hour, in which what is of the running hour can still grow", () => {
    const account = funded(grant());
    const from = {};
    for (let call = 0; call < 3; call += 1) {
      reserveCredit(account, from, 2, noon + 1);
      consumeCredit(account, from, 2, noon + 1);
    }
    expect(takeJournal(account, noon + 2)).toEqual([]);
    reserveCredit(account, from, 1, noon + hourMs);
    const hour = noon / hourMs;
    const entry = (debit: string, credit: string, cause: string, units: number) => ({
      hour,
      grant: "gra_1",
      debit,
      credit,
      cause,
      units,
    });
    expect(takeJournal(account, noon + hourMs)).toEqual([
      [1, entry("pending", "funded", "fund", 10)],
      [2, entry("available", "pending", "start", 10)],
      [3, entry("escrow", "available", "reserve", 6)],
      [4, entry("consumed", "escrow", "settle", 6)],
    ]);
    expect(takeJournal(account, noon + 2 * hourMs)).toMatchObject([[5, { hour: hour + 1, units: 1 }]]);
  });

  it("forgets grants that are used up and have been still for long, and funds none of them again", () => {
    const account = funded(grant({ id: "gra_1", units: 1 }), grant({ id: "gra_2" }));
    overdrawCredit(account, 1, noon);
    expect(forgetGrants(account, noon)).toBe(false);
    expect(forgetGrants(account, noon + 1)).toBe(true);
    expect(account).toMatchObject({ grants: [{ id: "gra_2" }], forgotten: { upTo: "gra_1", consumed: 1 } });
    fundGrant(account, grant({ id: "gra_1", units: 1 }), noon + 2);
    expect(account.grants).toHaveLength(1);
  });
});
