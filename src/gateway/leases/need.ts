import type { LimitDefinition, LimitKey, OnFailure } from "../../model/limit.ts";
import { welcome } from "../../model/ledger/heard.ts";
import { algorithmOf, algorithms } from "../../model/ledger/algorithms.ts";
import type { Bundle, Hold, LeaseView, LedgerView, Share } from "../../model/ledger/view.ts";
import { bundleOf } from "../../model/ledger/wish.ts";
import type { Demand } from "./demand.ts";

/** All that a call demands of one ledger, and what it has got of it: kept here, so that a warm call allocates no more. */
export interface Need {
  readonly ledger: string;
  /** Of the ledger, or of the shard that stands for it here. */
  readonly view: LedgerView;
  readonly bundle: Bundle;
  readonly definitions: readonly LimitDefinition[];
  readonly exact: boolean;
  readonly variable: boolean;
  readonly onFailure: OnFailure;
  readonly credential: string;
  /** Seq of the take that the object granted; 0: none. */
  took: number;
  /** The lease that it was spent from, if it was, and the seq of the last Ask before that. */
  spentFrom: LeaseView | null;
  spentAfter: number;
  /** What it holds until it has ended, if anything. */
  hold: Hold | null;
}

/** Joins demands on the same ledger: exact if one is, closed on failure if one is, the greater cost where both name a limit. */
export function needsOf(demands: readonly Demand[], viewOf: (ledger: string, shards: number) => LedgerView): Need[] {
  const needs: Need[] = [];
  for (const demand of demands) {
    if (needs.some(({ ledger }) => ledger === demand.ledger)) continue;
    const joined = demands.filter(({ ledger }) => ledger === demand.ledger);
    const whole = joined.length === 1 ? demand : joined.reduce(join);
    needs.push(needOf(whole, viewOf(whole.ledger, whole.shards ?? 1), joined));
  }
  return needs;
}

function join(a: Demand, b: Demand): Demand {
  return {
    ledger: a.ledger,
    shards: Math.max(a.shards ?? 1, b.shards ?? 1),
    credential: a.credential,
    definitions: [...a.definitions, ...b.definitions],
    cost: Math.max(a.cost, b.cost),
    variable: a.variable || b.variable,
    mode: a.mode === "exact" ? a.mode : b.mode,
    onFailure: a.onFailure === "refuse" ? a.onFailure : b.onFailure,
  };
}

function needOf(demand: Demand, view: LedgerView, parts: readonly Demand[]): Need {
  const { ledger, definitions, cost, variable, mode, onFailure, credential } = demand;
  const { latest } = view;
  // The same plan's calls come one after the other, with the very same definitions: then nothing is looked up.
  const isSame =
    latest !== null && latest.definitions === definitions && latest.cost === cost && latest.variable === variable;
  if (!isSame) welcome(view, definitions);
  const bundle = isSame ? latest.bundle : bundleOf(view, sharesOf(parts));
  view.latest = { definitions, cost, variable, bundle };
  const exact = mode === "exact";
  return {
    ledger,
    view,
    bundle,
    definitions,
    exact,
    variable,
    onFailure,
    credential,
    took: 0,
    spentFrom: null,
    spentAfter: 0,
    hold: null,
  };
}

function sharesOf(demands: readonly Demand[]): Share[] {
  const shares = new Map<LimitKey, Share>();
  for (const { definitions, cost, variable } of demands) {
    for (const { key, limit } of definitions) {
      const { permit = false, held: isHeld = false } = algorithmOf(algorithms, limit);
      const before = shares.get(key);
      // What is to be settled needs a place in a lease: at least one unit is reserved for it.
      const units = permit ? 1 : Math.max(variable ? 1 : 0, cost, before?.units ?? 0);
      const held = permit || isHeld || variable || (before?.held ?? false);
      const isDispensable = limit.algorithm === "concurrency" && limit.onPermitLost === "continue";
      // What costs nothing so far, and nothing later, is not asked about.
      if (units > 0) shares.set(key, { key, units, held, permit, isDispensable, isPaid: isHeld });
    }
  }
  return [...shares.values()];
}
