import { and, asc, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { usageTotals } from "../../schema/analytics.ts";
import type { TotalsRow, TotalsStore } from "../objects/ports.ts";
import { chunks } from "../model/chunks.ts";
import { usageKeyId } from "../model/usage.ts";

/** D1 binds 100 parameters a statement, and a row has 16. */
const rowsPerStatement = 6;

/** Totals in D1: absolute and versioned, so that a repeated or late batch changes nothing (R20). All rows or none. */
export function totalsStore(database: D1Database): TotalsStore {
  const db = drizzle(database);
  const upsert = (rows: readonly TotalsRow[]) =>
    db
      .insert(usageTotals)
      .values(rows.map((row) => ({ ...row, classes: { ...row.classes }, histogram: [...row.histogram] })))
      .onConflictDoUpdate({
        target: [
          usageTotals.source,
          usageTotals.hour,
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
    hours(source, { from, to }) {
      return db
        .select({
          hour: usageTotals.hour,
          calls: sql<number>`sum(${usageTotals.calls})`,
          units: sql<number>`sum(${usageTotals.units})`,
          version: sql<number>`sum(${usageTotals.reportVersion})`,
        })
        .from(usageTotals)
        .where(and(eq(usageTotals.source, source), gte(usageTotals.hour, from), lt(usageTotals.hour, to)))
        .groupBy(usageTotals.hour)
        .orderBy(asc(usageTotals.hour));
    },
    async keys(source, hour) {
      const { subscription, application, api, version, operation, meter, calls, units, reportVersion } = usageTotals;
      const rows = await db
        .select({ subscription, application, api, version, operation, meter, calls, units, reportVersion })
        .from(usageTotals)
        .where(and(eq(usageTotals.source, source), eq(usageTotals.hour, hour)));
      return new Map(
        rows.map((row) => [usageKeyId(row), { calls: row.calls, units: row.units, version: row.reportVersion }]),
      );
    },
  };
}
