import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { usageTotals } from "../../schema/analytics.ts";
import type { TotalsRow, TotalsSink } from "../objects/ports.ts";
import { chunks } from "../model/chunks.ts";

/** D1 binds 100 parameters a statement, and a row has 16. */
const rowsPerStatement = 6;

/** Totals in D1: absolute and versioned, so that a repeated or late batch changes nothing (R20). All rows or none. */
export function totalsSink(database: D1Database): TotalsSink {
  const db = drizzle(database);
  const upsert = (rows: readonly TotalsRow[]) =>
    db
      .insert(usageTotals)
      .values(rows.map((row) => ({ ...row, classes: { ...row.classes }, histogram: [...row.histogram] })))
      .onConflictDoUpdate({
        target: [
          usageTotals.source,
          usageTotals.minute,
          usageTotals.subscription,
          usageTotals.application,
          usageTotals.api,
          usageTotals.version,
          usageTotals.operation,
          usageTotals.meter,
        ],
        set: {
          calls: sql`excluded.calls`,
          units: sql`excluded.units`,
          classes: sql`excluded.classes`,
          histogram: sql`excluded.histogram`,
          reportVersion: sql`excluded.report_version`,
        },
        setWhere: sql`excluded.report_version > ${usageTotals.reportVersion}`,
      });
  return {
    async store(rows) {
      const [first, ...rest] = chunks(rows, rowsPerStatement).map(upsert);
      if (first !== undefined) await db.batch([first, ...rest]);
    },
  };
}
