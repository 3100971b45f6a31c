/**
 * @module Credit: what has been granted to a subscription and what has become of it, as a double-entry journal (R22).
 *
 * Units only ever move between two accounts of one grant, by {@link post}; nothing is computed by any other path. So whatever
 * happens, what was funded is what is pending, available, in escrow, consumed, expired or voided. Units lie in escrow from
 * their grant to a lease until a call has said what it cost: then they are consumed, or go back to the grant they came from.
 */

/** Where a grant's units can be. `pending`: not effective yet; `escrow`: in leases, idle or held by calls. */
export const creditAccountNames = ["pending", "available", "escrow", "consumed", "expired", "voided"] as const;
export type CreditAccountName = (typeof creditAccountNames)[number];

/** Why units moved. `start` and `end` are those of a grant's validity; `reserve`, `settle` and `release` those of a lease's units. */
export const creditCauses = ["fund", "start", "reserve", "settle", "release", "end", "void", "overdraft"] as const;
export type CreditCause = (typeof creditCauses)[number];

/** What a grant is, as its giver says it. Times are epoch ms; the greatest `serial` of a grant holds. */
export interface Grant {
  readonly id: string;
  readonly serial: number;
  readonly units: number;
  /** The lowest is used up first, and of these the one that ends first. */
  readonly priority: number;
  readonly effectiveAt: number;
  /** Null: it does not end. */
  readonly expiresAt: number | null;
  readonly voided: boolean;
}

export interface GrantRecord extends Grant {
  state: "pending" | "open" | "expired" | "voided";
  /** When units of it moved last. */
  movedAt: number;
  readonly balances: Record<CreditAccountName, number>;
}

/** Units of a lease, by the grant that they came from. */
export type ByGrant = Record<string, number>;

/** A movement, added up over an hour (epoch hours). `grant` null: nobody's: it cost more than there was. */
export interface JournalEntry {
  readonly hour: number;
  readonly grant: string | null;
  readonly debit: CreditAccountName;
  readonly credit: CreditAccountName | "funded" | "writeoff";
  readonly cause: CreditCause;
  units: number;
}

/** The credit of one subscription. Plain data: a row of its own. */
export interface CreditAccount {
  /** In the order in which they are used up. */
  grants: GrantRecord[];
  /** What calls cost beyond all that there was: the operator's loss. */
  writtenOff: number;
  /** Of this hour; those before are in the journal. */
  entries: JournalEntry[];
  /** How many entries the journal has. */
  journalled: number;
  /** Marks below which it is known to be: told once each. */
  warned: readonly number[];
  /** What had become of grants that were forgotten, which have nothing left. */
  readonly forgotten: { upTo: string; consumed: number; expired: number; voided: number };
}

const hourMs = 3_600_000;

export function emptyCredit(): CreditAccount {
  return {
    grants: [],
    writtenOff: 0,
    entries: [],
    journalled: 0,
    warned: [],
    forgotten: { upTo: "", consumed: 0, expired: 0, voided: 0 },
  };
}

/** What may be reserved now. */
export function availableOf({ grants }: CreditAccount): number {
  return grants.reduce((sum, { balances }) => sum + balances.available, 0);
}

/** The only way in which units move. */
function post(
  account: CreditAccount,
  grant: GrantRecord,
  from: CreditAccountName | "funded",
  to: CreditAccountName,
  units: number,
  cause: CreditCause,
  at: number,
): void {
  if (units === 0) return;
  if (from !== "funded") grant.balances[from] -= units;
  grant.balances[to] += units;
  grant.movedAt = Math.max(grant.movedAt, at);
  enter(account, { hour: Math.floor(at / hourMs), grant: grant.id, debit: to, credit: from, cause, units });
}

function enter({ entries }: CreditAccount, entry: JournalEntry): void {
  const same = entries.find(
    ({ hour, grant, debit, credit, cause }) =>
      hour === entry.hour &&
      grant === entry.grant &&
      debit === entry.debit &&
      credit === entry.credit &&
      cause === entry.cause,
  );
  if (same === undefined) entries.push(entry);
  else same.units += entry.units;
}

/** Funds a grant, or changes what is said of one. Repeats and older news change nothing; what was funded stays funded. */
export function fundGrant(account: CreditAccount, grant: Grant, now: number): void {
  const known = account.grants.find(({ id }) => id === grant.id);
  if (known === undefined) {
    // Ids are made in the order of time, so this is one of those that are forgotten.
    if (grant.id > account.forgotten.upTo) open(account, grant, now);
  } else if (grant.serial > known.serial) {
    Object.assign(known, {
      serial: grant.serial,
      priority: grant.priority,
      expiresAt: grant.expiresAt,
      voided: grant.voided,
    });
    reopen(account, known, now);
  }
  account.grants.sort(inOrder);
  passCreditTime(account, now);
}

/** It was lengthened before it ended, but that came too late: what had ended is there again. */
function reopen(account: CreditAccount, grant: GrantRecord, now: number): void {
  const { state, voided, expiresAt, balances } = grant;
  if (state !== "expired" || voided || (expiresAt !== null && expiresAt <= now)) return;
  grant.state = "open";
  post(account, grant, "expired", "available", balances.expired, "start", now);
}

function open(account: CreditAccount, grant: Grant, now: number): void {
  const balances = { pending: 0, available: 0, escrow: 0, consumed: 0, expired: 0, voided: 0 };
  const record: GrantRecord = { ...grant, state: "pending", movedAt: now, balances };
  account.grants.push(record);
  post(account, record, "funded", "pending", grant.units, "fund", now);
}

/** By priority, then what ends first, then what was granted first: ids are made in the order of time. */
function inOrder(one: Grant, other: Grant): number {
  const ends = (one.expiresAt ?? Infinity) - (other.expiresAt ?? Infinity);
  return one.priority - other.priority || (Number.isNaN(ends) ? 0 : ends) || (one.id < other.id ? -1 : 1);
}

/** Lets grants begin and end. What calls hold of one that has ended may still be consumed. True: something moved. */
export function passCreditTime(account: CreditAccount, now: number): boolean {
  let moved = false;
  for (const grant of account.grants) {
    const { balances, expiresAt } = grant;
    if (grant.voided && grant.state !== "voided" && grant.state !== "expired") {
      grant.state = "voided";
      post(account, grant, "pending", "voided", balances.pending, "void", now);
      post(account, grant, "available", "voided", balances.available, "void", now);
      moved = true;
    }
    if (grant.state === "pending" && now >= grant.effectiveAt) {
      grant.state = "open";
      // One that came late began when it came.
      post(
        account,
        grant,
        "pending",
        "available",
        balances.pending,
        "start",
        Math.max(grant.effectiveAt, grant.movedAt),
      );
      moved = true;
    }
    if ((grant.state === "open" || grant.state === "pending") && expiresAt !== null && now >= expiresAt) {
      grant.state = "expired";
      const at = Math.max(expiresAt, grant.movedAt);
      post(account, grant, "pending", "expired", balances.pending, "end", at);
      post(account, grant, "available", "expired", balances.available, "end", at);
      moved = true;
    }
  }
  return moved;
}

/** When a grant begins or ends next; Infinity: none will. */
export function nextCreditTime({ grants }: CreditAccount): number {
  let next = Infinity;
  for (const { state, effectiveAt, expiresAt } of grants) {
    if (state === "pending") next = Math.min(next, effectiveAt);
    if (state === "pending" || state === "open") next = Math.min(next, expiresAt ?? Infinity);
  }
  return next;
}

/** Puts available units into escrow for a lease, in the order of the grants; `from` says which. There must be so many. */
export function reserveCredit(account: CreditAccount, from: ByGrant, units: number, now: number): void {
  let missing = units;
  for (const grant of account.grants) {
    const part = Math.min(missing, grant.balances.available);
    if (part === 0) continue;
    post(account, grant, "available", "escrow", part, "reserve", now);
    from[grant.id] = (from[grant.id] ?? 0) + part;
    missing -= part;
  }
  if (missing > 0) throw new Error(`${missing} units were reserved that are not available`);
}

/** What a call cost, out of a lease's escrow: those first that are used up first. */
export function consumeCredit(account: CreditAccount, from: ByGrant, units: number, now: number): void {
  moveOut(account, account.grants, from, units, (grant, part) =>
    post(account, grant, "escrow", "consumed", part, "settle", now),
  );
}

/** What a lease lets go of, back to the grants it came from; those last that are used up first. */
export function releaseCredit(account: CreditAccount, from: ByGrant, units: number, now: number): void {
  moveOut(account, account.grants.toReversed(), from, units, (grant, part) =>
    post(account, grant, "escrow", restOf(grant), part, "release", now),
  );
}

/** Where units go that come back: what has ended meanwhile is not available any more. */
function restOf({ state }: GrantRecord): CreditAccountName {
  return state === "expired" || state === "voided" ? state : "available";
}

function moveOut(
  account: CreditAccount,
  grants: readonly GrantRecord[],
  from: ByGrant,
  units: number,
  move: (grant: GrantRecord, part: number) => void,
): void {
  let missing = units;
  for (const grant of grants) {
    const part = Math.min(missing, from[grant.id] ?? 0);
    if (part === 0) continue;
    move(grant, part);
    missing -= part;
    const left = (from[grant.id] ?? 0) - part;
    if (left === 0) delete from[grant.id];
    else from[grant.id] = left;
  }
  if (missing > 0)
    throw new Error(`${missing} units left the escrow of ${account.grants.length} grants that hold less`);
}

/** R14: what a call cost beyond what was held for it: out of what is available, and the rest is the operator's loss. */
export function overdrawCredit(account: CreditAccount, units: number, now: number): void {
  let missing = units;
  for (const grant of account.grants) {
    const part = Math.min(missing, grant.balances.available);
    post(account, grant, "available", "consumed", part, "overdraft", now);
    missing -= part;
  }
  if (missing === 0) return;
  account.writtenOff += missing;
  enter(account, {
    hour: Math.floor(now / hourMs),
    grant: null,
    debit: "consumed",
    credit: "writeoff",
    cause: "overdraft",
    units: missing,
  });
}

/** Takes what is not of this hour out of the account, for the journal: numbered by their place in it. */
export function takeJournal(account: CreditAccount, now: number): [number: number, entry: JournalEntry][] {
  const hour = Math.floor(now / hourMs);
  const over = account.entries.filter((entry) => entry.hour < hour);
  if (over.length === 0) return [];
  account.entries = account.entries.filter((entry) => entry.hour >= hour);
  return over.map((entry) => [(account.journalled += 1), entry]);
}

/** Forgets grants that have had nothing left since `before`: one that is told again so late is not funded again. */
export function forgetGrants(account: CreditAccount, before: number): boolean {
  const { forgotten, grants } = account;
  account.grants = grants.filter(({ id, balances, movedAt }) => {
    const { pending, available, escrow, consumed, expired, voided } = balances;
    if (pending + available + escrow > 0 || movedAt >= before) return true;
    if (id > forgotten.upTo) forgotten.upTo = id;
    forgotten.consumed += consumed;
    forgotten.expired += expired;
    forgotten.voided += voided;
    return false;
  });
  return account.grants.length < grants.length;
}
