/** @module What Durable Objects ask of the world. Adapters live in `platform/`. */
import type { UsageKey } from "../model/usage.ts";

/** One minute's exact totals of one key, as a ledger has counted it. Absolute; the greatest `reportVersion` wins (R20). */
export interface TotalsRow extends UsageKey {
  readonly source: string;
  readonly minute: number;
  readonly versionName: string;
  readonly workspace: string;
  readonly environment: string;
  readonly calls: number;
  readonly units: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly histogram: readonly number[];
  readonly reportVersion: number;
}

/** Where totals go. May be called again with the same rows, or with older ones after newer ones. */
export interface TotalsSink {
  store(rows: readonly TotalsRow[]): Promise<void>;
}
