/** @module Thresholds: what is told of quotas that are nearly used up, and of credit that runs low. */
import { availableOf } from "./credit-account.ts";
import type { Notice, NoticeKind } from "./notice.ts";
import { planFlush } from "./report.ts";
import { creditOf, ownerOf } from "./state.ts";
import type { LedgerRules, LedgerState, LimitRecord } from "./state.ts";

/** Tells of a quota that so much of is used, or of credit that so little is left of, if that was asked for and is new. */
export function noteThresholds(state: LedgerState, record: LimitRecord, now: number, rules: LedgerRules): void {
  const { limit } = record.definition;
  // What a shard has is not all that there is.
  if (state.upward !== null) return;
  if (limit.algorithm === "quota" && limit.warnAt !== undefined) noteQuota(state, record, limit, now, rules);
  if (limit.algorithm === "credit" && limit.warnBelow !== undefined) noteCredit(state, record, limit, now, rules);
}

function noteQuota(
  state: LedgerState,
  record: LimitRecord,
  { warnAt = [], callsMax }: { readonly warnAt?: readonly number[] | undefined; readonly callsMax: number },
  now: number,
  rules: LedgerRules,
): void {
  const { since, used } = record.occupancy;
  const of = `${since}/${callsMax}`;
  // One that lets nothing through has nothing to be used up.
  const reached = callsMax === 0 ? [] : warnAt.filter((percent) => used * 100 >= percent * callsMax);
  for (const percent of news(state, record, of, reached)) {
    const data = { percent, used, max: callsMax, periodBegan: since };
    note(state, record, "quota-threshold", `${of}/${percent}`, data, now, rules);
  }
}

/** Below a mark it is told once, until there is more than that again. */
function noteCredit(
  state: LedgerState,
  record: LimitRecord,
  { warnBelow = [] }: { readonly warnBelow?: readonly number[] | undefined },
  now: number,
  rules: LedgerRules,
): void {
  const { out } = record;
  const account = creditOf(state, record.definition.key);
  const left = availableOf(account) + out;
  const below = warnBelow.filter((mark) => left < mark);
  const fresh = below.filter((mark) => !account.warned.includes(mark));
  if (fresh.length === 0 && below.length === account.warned.length) return;
  // With the account, which outlives the limit.
  account.warned = below;
  state.changed.credits.add(record.definition.key);
  for (const mark of fresh) note(state, record, "credit-low", `${now}/${mark}`, { below: mark, left }, now, rules);
}

/** Those that have not been told yet, which from here on they have. */
function news(state: LedgerState, record: LimitRecord, of: string, reached: readonly number[]): readonly number[] {
  const told = record.warned?.of === of ? record.warned.at : [];
  const fresh = reached.filter((mark) => !told.includes(mark));
  if (fresh.length === 0) return fresh;
  record.warned = { of, at: [...told, ...fresh] };
  state.changed.owners.add(ownerOf(record.definition.key));
  return fresh;
}

function note(
  state: LedgerState,
  { definition: { key } }: LimitRecord,
  kind: NoticeKind,
  what: string,
  data: Notice["data"],
  at: number,
  rules: LedgerRules,
): void {
  const id = `${key} ${what}`;
  state.notices.set(id, { id, kind, key, at, data });
  state.changed.notices.add(id);
  planFlush(state, at, rules);
}

/** They have arrived. */
export function forgetNotices(state: LedgerState, sent: readonly Notice[]): void {
  for (const { id } of sent) {
    state.notices.delete(id);
    state.changed.notices.add(id);
  }
}
