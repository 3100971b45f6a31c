import type { CreditAccount } from "../../../src/model/ledger/credit-account.ts";
import { creditKey } from "./schedule.ts";
import type { Admitted, Outcome } from "./schedule.ts";

/** What a schedule did with credit that must never happen. */
export function creditViolations(outcome: Outcome): string[] {
  const account = outcome.ledger.state().credits.get(creditKey);
  if (account === undefined) return [];
  return [
    ...(outcome.brokenCredit === "" ? [] : [`credit: ${outcome.brokenCredit}`]),
    ...funded(outcome, account),
    ...consumed(outcome, account),
    ...journal(outcome, account),
  ];
}

/** Each grant is there once, with what it was granted, or forgotten with nothing left of it. */
function funded({ profile }: Outcome, { grants, forgotten }: CreditAccount): string[] {
  const granted = new Map(profile.fundings.map(({ grant }) => [grant.id, grant.units]));
  const expected = [...granted.values()].reduce((total, units) => total + units, 0);
  const there = grants.reduce((total, { units }) => total + units, 0);
  const gone = forgotten.consumed + forgotten.expired + forgotten.voided;
  return there + gone === expected ? [] : [`credit: ${there} + ${gone} of ${expected} funded`];
}

/**
 * What is consumed or written off is what calls cost that lived to say so; never more than all have cost, and no less where
 * nobody died. One that ended without a word cost what was held for it.
 */
function consumed(outcome: Outcome, account: CreditAccount): string[] {
  const { admitted, profile } = outcome;
  const paid = account.grants.reduce((total, { balances }) => total + balances.consumed, account.forgotten.consumed);
  const counted = paid + account.writtenOff;
  const cost = admitted.reduce((total, call) => total + costOf(call), 0);
  const hasDied = profile.crashes > 0;
  const isRight = hasDied ? counted <= cost : counted === cost;
  const wrong = isRight ? [] : [`credit: ${paid} consumed and ${account.writtenOff} written off, calls cost ${cost}`];
  // Nothing comes back late in peace, and no call costs more than was held for it.
  if (profile.peaceful && admitted.every(({ units, reserved }) => units <= reserved) && account.writtenOff > 0) {
    wrong.push(`credit: ${account.writtenOff} written off for nothing`);
  }
  return wrong;
}

const costOf = ({ ended, units, reserved, told }: Admitted): number =>
  ended === "silent" ? Math.max(reserved, told) : units;

/** The journal tells how it came to be. */
function journal({ ledger }: Outcome, account: CreditAccount): string[] {
  const sums = new Map<string, number>();
  const add = (name: string, units: number): void => void sums.set(name, (sums.get(name) ?? 0) + units);
  for (const { grant, debit, credit, units } of ledger.journal()) {
    add(`${grant} ${debit}`, units);
    add(`${grant} ${credit}`, -units);
  }
  const wrong = account.grants.flatMap(({ id, units, balances }) =>
    [...Object.entries(balances), ["funded", -units] as const]
      .filter(([name, balance]) => (sums.get(`${id} ${name}`) ?? 0) !== balance)
      .map(([name, balance]) => `journal: ${id} has ${balance} ${name}, entries say ${sums.get(`${id} ${name}`) ?? 0}`),
  );
  const writtenOff = -(sums.get("null writeoff") ?? 0);
  if (writtenOff !== account.writtenOff) wrong.push(`journal: ${account.writtenOff} written off, not ${writtenOff}`);
  return wrong;
}
