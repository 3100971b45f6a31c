import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Exact totals, as the ledgers report them: absolute per (source object, hour, key) with a version, so that a late or
 * repeated report cannot push a total back (ledger.md R20). Charts, usage answers and invoices read this table only; the
 * minutes of the last 48 hours stay in the ledgers.
 */
export const usageTotals = sqliteTable(
  "usage_totals",
  {
    /** Name of the ledger object that counts these calls. */
    source: text().notNull(),
    /** Epoch hour. */
    hour: integer().notNull(),
    workspace: text().notNull(),
    environment: text().notNull(),
    subscription: text().notNull(),
    application: text().notNull(),
    api: text().notNull(),
    /** Id of the version. Its name in rows from before ids were kept, and where there was no such version. */
    version: text().notNull(),
    /** What the version was called then; empty in rows whose `version` is the name. */
    versionName: text("version_name").notNull().default(""),
    operation: text().notNull(),
    meter: text().notNull(),
    calls: integer().notNull(),
    units: integer().notNull(),
    /** Calls by status class: { "2xx": n, … }. */
    classes: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
    /** Calls by latency bucket (model/usage.ts latencyBoundsMs). */
    histogram: text({ mode: "json" }).$type<number[]>().notNull(),
    /** Grows with every report that is applied at the source; the greatest wins. */
    reportVersion: integer("report_version").notNull(),
  },
  (table) => [
    index("usage_totals_by_version").on(table.workspace, table.api, table.version, table.hour),
    primaryKey({
      columns: [
        table.source,
        table.hour,
        table.subscription,
        table.application,
        table.api,
        table.version,
        table.operation,
        table.meter,
      ],
    }),
    index("usage_totals_by_workspace").on(table.workspace, table.hour),
    index("usage_totals_by_source").on(table.workspace, table.source),
  ],
);
