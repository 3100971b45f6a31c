import type { LimitKey } from "../limit.ts";
import type { Ask, Units } from "./messages.ts";
import { grant } from "./spare.ts";
import { algorithmFor, capacityOf, freeUnits, ownerOf } from "./state.ts";
import type { Decision, LedgerRules, LedgerState, LimitRecord, SeenHolder } from "./state.ts";
import { refusedMs } from "./shard.ts";
import { verdictOf } from "./verdicts.ts";

/** A seq that was undone, or that its holder has given up: it must never be decided (again). */
const dead: Decision = { ok: false, deniedBy: null, retryMs: 0, took: [] };

/** A verdict is remembered by isolates for so long, so that lifting it is noticed. */
const verdictRetryMs = 1_000;

export function seenBy(state: LedgerState, holder: string, now: number): SeenHolder {
  const seen = state.seen.get(holder) ?? { floor: 0, at: now, decisions: new Map<number, Decision>() };
  state.seen.set(holder, seen);
  seen.at = now;
  return seen;
}

/**
 * R15: gives the units of a known take back to the window or period that they were counted in, if that still stands, and
 * never into a bucket. The seq is dead from then on, known or not, so that nothing is given back twice.
 */
export function undo(state: LedgerState, ask: Ask, seen: SeenHolder, rules: LedgerRules): void {
  for (const seq of ask.undo) {
    const decision = seen.decisions.get(seq);
    if (decision === dead) continue;
    seen.decisions.set(seq, dead);
    for (const { key, units, since } of decision?.took ?? []) {
      const record = state.limits.get(key);
      if (record === undefined || !giveBack(record, units, since, rules)) continue;
      // R10c: what frees units is written before anybody else may get them.
      state.changed.owners.add(ownerOf(key));
    }
  }
}

function giveBack(record: LimitRecord, units: number, since: number, rules: LedgerRules): boolean {
  const { source } = record;
  if (source === null) return algorithmFor(rules, record).undo(record.occupancy, units, since);
  const isGiven = source.undo(units, since);
  if (isGiven) source.changed();
  return isGiven;
}

/** Decides take and hold, all or nothing, once per seq (R15). `fresh` is false for a repeat: it gets the same answer. */
export function decide(
  state: LedgerState,
  ask: Ask,
  seen: SeenHolder,
  stale: boolean,
  now: number,
  rules: LedgerRules,
): Decision & { readonly fresh: boolean } {
  const before = seen.decisions.get(ask.seq);
  const fresh = before === undefined && ask.seq >= seen.floor;
  const decision = before ?? (fresh ? decideOnce(state, ask, stale, now, rules) : dead);
  seen.decisions.set(ask.seq, decision);
  if (ask.floor > seen.floor) {
    seen.floor = ask.floor;
    for (const seq of seen.decisions.keys()) if (seq < ask.floor) seen.decisions.delete(seq);
  }
  return { ...decision, fresh };
}

function decideOnce(state: LedgerState, ask: Ask, stale: boolean, now: number, rules: LedgerRules): Decision {
  if (verdictOf(state, now, ask.credential) !== null)
    return { ok: false, deniedBy: null, retryMs: verdictRetryMs, took: [] };
  // R16: nothing is granted into a stale lease; the asker opens a new one and asks again.
  if (stale && Object.keys(ask.hold).length > 0) return dead;
  const wanted = Object.entries(together(ask.take ?? {}, ask.hold)).filter(([, units]) => units > 0);
  let refusal: { key: LimitKey; retryMs: number } | null = null;
  for (const [key, units] of wanted) {
    const record = state.limits.get(key);
    if (record !== undefined && units <= freeUnits(rules, record)) continue;
    const retryMs = record === undefined ? 0 : retryOf(state, record, units, now, rules);
    if (refusal === null || retryMs > refusal.retryMs) refusal = { key, retryMs };
  }
  if (refusal !== null) return { ok: false, deniedBy: refusal.key, retryMs: refusal.retryMs, took: [] };
  const took: { key: LimitKey; units: number; since: number }[] = [];
  for (const [key, units] of Object.entries(ask.take ?? {})) {
    const record = state.limits.get(key);
    if (record === undefined || units === 0) continue;
    took.push({ key, units, since: record.source?.stamp() ?? record.occupancy.since });
    take(state, record, units, rules);
  }
  for (const [key, units] of Object.entries(ask.hold)) {
    const record = state.limits.get(key);
    if (record !== undefined && units > 0) grant(state, ask, record, units, now).held += units;
  }
  return { ok: true, deniedBy: null, retryMs: 0, took };
}

function together(take: Units, hold: Units): Units {
  const units = { ...take };
  for (const [key, held] of Object.entries(hold)) units[key] = (units[key] ?? 0) + held;
  return units;
}

/** R10b: takes within the allowance are answered from memory; when it does not reach, state and the next one are written. */
function take(state: LedgerState, record: LimitRecord, units: number, rules: LedgerRules): void {
  if (record.source === null) algorithmFor(rules, record).spend(record.occupancy, units);
  else record.source.spend(units);
  record.takenAt = state.meta.clock;
  if (units <= record.allowance) {
    record.allowance -= units;
    return;
  }
  const chunk = chunkOf(record, rules);
  // A chunk of one saves no write, so it is not worth a unit at the next restart: then every take is written.
  record.allowance = chunk > 1 ? Math.max(0, Math.min(chunk, freeUnits(rules, record))) : 0;
  record.source?.changed();
  state.changed.owners.add(ownerOf(record.definition.key));
}

/** Half a second of the rate, at most a fiftieth of the limit: what a restart may cost its customer. */
function chunkOf(record: LimitRecord, rules: LedgerRules): number {
  if (rules.constants.chunk !== null) return rules.constants.chunk;
  const algorithm = algorithmFor(rules, record);
  const { limit } = record.definition;
  return Math.max(1, Math.floor(Math.min(algorithm.rate(limit) / 2, algorithm.capacity(limit) / 50)));
}

/** R21: a refusal whose units are only leased out says so by a short wait; else until enough of what is used is gone. */
function retryOf(state: LedgerState, record: LimitRecord, units: number, now: number, rules: LedgerRules): number {
  const refused = refusedMs(state, record, now);
  if (refused !== null) return refused;
  const algorithm = algorithmFor(rules, record);
  const { limit } = record.definition;
  const excess = record.occupancy.used + units - capacityOf(rules, record);
  if (excess > 1e-9) return algorithm.waitMs(limit, record.occupancy, excess, now);
  let wait = rules.constants.settleMs;
  for (const lease of state.leases.values()) {
    if (lease.dead || lease.pools[record.definition.key] === undefined) continue;
    wait = Math.min(wait, lease.deadline + rules.constants.marginMs - now);
  }
  return Math.max(1, wait);
}
