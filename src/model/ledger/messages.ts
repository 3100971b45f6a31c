/**
 * @module What isolates and a ledger object say to each other: one RPC, `ask`, and the management calls beside it.
 *
 * Every message may arrive twice, late or never, so everything in it is absolute or numbered, and made by the caller.
 * Durations, never times, cross the wire (`at` is for logs and tests). Fields are only ever added, and optional: Worker
 * and object change code at different moments, and a roll-back must read what the newer code wrote.
 */
import type { CountedLimit, LimitDefinition, LimitKey } from "../limit.ts";
import type { UsageCell } from "../usage.ts";
import type { Grant, GrantRecord, JournalEntry } from "./credit-account.ts";

export type Units = Record<LimitKey, number>;

/** Finished calls, numbered by their holder, frozen once sent and resent until acknowledged (R8); applied once (R19). */
export interface Report {
  readonly number: number;
  readonly cells: readonly UsageCell[];
}

/** What has become of a lease's units: absolute counts, so that repeats and reordering cannot matter (R14). */
export interface Says {
  readonly number: number;
  /** Nothing more will be spent from this lease: the object may release the rest and forget it (R4). */
  readonly final: boolean;
  readonly pools: Record<LimitKey, SaidPool>;
}

/** Counts of one limit's units in a lease, cumulative but `held`. */
export interface SaidPool {
  readonly spent: number;
  readonly returned: number;
  /** Spent beyond all that was granted: a call that cost more than was reserved for it. */
  readonly over?: number;
  /** Held by calls that have not ended. Only tells the object what lies idle, so an older one does no harm. */
  readonly held?: number;
}

export interface Ask {
  readonly protocol: 1;
  /** Random name of one isolate's view of the ledger; dies with it. */
  readonly holder: string;
  readonly seq: number;
  /** The lowest seq still in flight or to be undone: the object forgets what is below (R15). */
  readonly floor: number;
  /** The lease that hold and spare go into. */
  readonly lease: number;
  /** Sent until the object has answered an Ask that carried them. */
  readonly definitions?: readonly LimitDefinition[];
  /** Spent at once, all or nothing; null: this Ask admits no call. */
  readonly take: Units | null;
  /** Decided like `take`, but the units stay outstanding in the lease until the call says what it cost. */
  readonly hold: Units;
  /** Wished level per limit of the lease, a bundle: the object adds what is lacking, as far as R21 lets it. */
  readonly spare: Units;
  readonly says: readonly Says[];
  /** Takes whose answer came too late to admit anybody (R5). */
  readonly undo: readonly number[];
  readonly report: Report | null;
  /** The credential of the call that takes or holds: it may be revoked by itself. */
  readonly credential?: string;
  /** From a shard, which leases on: what is granted lives longer, by the time that a shard's news is old. */
  readonly shard?: true;
}

export interface Reply {
  readonly seq: number;
  readonly ok: boolean;
  readonly deniedBy: LimitKey | null;
  /** When a repeat of the refused wish may succeed. Short when the missing units are only leased out (R21). */
  readonly retryMs: number;
  readonly verdict: Verdict | null;
  readonly lease: number;
  /** Open a new lease number: nothing will be granted into this one any more (R16). */
  readonly stale: boolean;
  /** Spare may be spent for so long after the Ask was *sent*, on the asker's clock (R2). */
  readonly spareMs: number;
  /** Units held from the leases in `renewed` live for so long after the Ask was sent. */
  readonly holdMs: number;
  readonly renewed: readonly number[];
  /** Absolute, of this lease: applied by maximum (R3). */
  readonly granted: Units;
  readonly reportsApplied: number;
  readonly at: number;
  /** `left` includes what the asker's own lease still holds, so that it may subtract what it spends. */
  readonly remaining: Record<LimitKey, { readonly left: number; readonly resetMs: number }>;
  /** Credentials that were revoked of late: a lease serves all of a subject's, so whoever holds one must hear of them. */
  readonly revoked?: readonly string[];
  /** Limits that the object has no definition of: nothing was decided, ask again with `definitions`. */
  readonly unknown?: readonly LimitKey[];
}

/** Why a subject may not call at all, or not with this credential, whatever its limits. */
export type VerdictKind = "suspended" | "unpaid" | "revoked";

export interface Verdict {
  readonly kind: VerdictKind;
  readonly serial: number;
  /** The one that it is about; without it, it is about all. */
  readonly credential?: string;
}

/** Sets or lifts a verdict. The greatest `serial` of a kind and credential wins, so that late and repeated judgements are harmless. */
export interface Judgement {
  readonly kind: VerdictKind;
  readonly credential?: string;
  readonly serial: number;
  readonly holds: boolean;
  /** Lifts itself after so long; without it the verdict stands until it is lifted. */
  readonly forMs?: number;
}

/** Credit granted to a subscription, or what has changed of a grant: told again and again, it is funded once. */
export interface Funding {
  readonly key: LimitKey;
  readonly grants: readonly Grant[];
}

/** Asks for entries of a journal, the newest first: those before this number, or from the end. */
export interface JournalQuestion {
  readonly key: LimitKey;
  readonly before: number | null;
  readonly count: number;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** To go on before; null: there are no more. */
  readonly next: number | null;
}

/** A subscription's credit as people see it. `writtenOff`: units that calls cost beyond all that there was. */
export interface CreditSnapshot {
  readonly key: LimitKey;
  readonly available: number;
  readonly writtenOff: number;
  readonly grants: readonly Omit<GrantRecord, "voided" | "serial" | "movedAt">[];
}

export interface LedgerHealth {
  /** How often it has lost its memory: restarts, evictions, failed writes. */
  readonly restarts: number;
  /** Reports that came so late that their minute was gone: counted in the minute in which they came. */
  readonly lateCells: number;
  /** Isolates that have asked it within a day. */
  readonly holders: number;
  /** Asks in a second of late. Missing in answers of older objects. */
  readonly asksPerSecond?: number;
}

/** A ledger as people see it. `leased` lies in isolates; `orphaned` died with isolates and counts as spent, never billed. */
export interface LedgerSnapshot {
  readonly verdict: Verdict | null;
  readonly limits: readonly {
    readonly key: LimitKey;
    readonly limit: CountedLimit;
    readonly left: number;
    readonly resetMs: number;
    readonly leased: number;
    readonly orphaned: number;
  }[];
  /** What has become of the object itself. Missing in answers of older ones. */
  readonly health?: LedgerHealth;
  /** Missing in answers of older objects, which know no credit. */
  readonly credits?: readonly CreditSnapshot[];
}
