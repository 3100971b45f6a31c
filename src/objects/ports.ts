/** @module What Durable Objects ask of the world. Adapters live in `platform/`. */
import type { Notice } from "../model/ledger/notice.ts";
import type { HourRange, HourSum, Sum } from "../model/ledger/reconciliation.ts";
import type { UsageKey } from "../model/usage.ts";

/** One hour's exact totals of one key, as a ledger has counted it. Absolute; the greatest `reportVersion` wins (R20). */
export interface TotalsRow extends UsageKey {
  readonly source: string;
  readonly hour: number;
  readonly versionName: string;
  readonly workspace: string;
  readonly environment: string;
  readonly calls: number;
  readonly units: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly histogram: readonly number[];
  readonly reportVersion: number;
}

/** Where notices go. May be called again with the same ones. */
export interface NoticesPort {
  store(ledger: string, notices: readonly Notice[]): Promise<void>;
}

/** Where totals go, and what is said of them there. */
export interface TotalsStore {
  /** May be called again with the same rows, or with older ones after newer ones. */
  store(rows: readonly TotalsRow[]): Promise<void>;
  /** What it holds of a ledger, a sum an hour; hours of which it holds nothing are left out. */
  hours(source: string, range: HourRange): Promise<readonly HourSum[]>;
  /** What it holds of one hour of a ledger, by `usageKeyId`. */
  keys(source: string, hour: number): Promise<ReadonlyMap<string, Sum>>;
}
