import { isAtLeast } from "../limit.ts";
import type { LimitDefinition } from "../limit.ts";
import { touch } from "./forget.ts";
import { algorithmFor, countOut, endOverride, followLease, ownerOf, sourceFor } from "./state.ts";
import type { LedgerRules, LedgerState, LimitRecord } from "./state.ts";

/** The newest wins. What is used stays used, unless it was counted in another way. */
export function define(state: LedgerState, definition: LimitDefinition, now: number, rules: LedgerRules): void {
  const record = state.limits.get(definition.key);
  if (record !== undefined) touch(state, record, now, rules);
  if (record !== undefined && isAtLeast(record.definition, definition)) return;
  const same = record?.definition.limit.algorithm === definition.limit.algorithm;
  const next: LimitRecord = {
    allowance: 0,
    takenAt: 0,
    orphaned: 0,
    out: 0,
    askedAt: now,
    ...record,
    definition,
    source: sourceFor(state, definition),
    occupancy: { since: 0, used: 0 },
  };
  next.occupancy =
    record !== undefined && same ? record.occupancy : algorithmFor(rules, next).begin(definition.limit, now);
  endOverride(state, next, now, rules);
  algorithmFor(rules, next).advance(next.definition.limit, next.occupancy, now);
  followLease(state, next, rules);
  countOut(state, next, rules);
  state.limits.set(definition.key, next);
  state.changed.owners.add(ownerOf(definition.key));
}
