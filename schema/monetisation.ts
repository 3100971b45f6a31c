import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { stamps } from "./stamps.ts";

/**
 * Prepaid credit, as it was granted. What has become of it, the ledger of its application knows. Rows outlive what they name:
 * they are the record of what was sold.
 */
export const creditGrants = sqliteTable(
  "credit_grants",
  {
    id: text().primaryKey(),
    workspace: text().notNull(),
    environment: text().notNull(),
    application: text().notNull(),
    subscription: text().notNull(),
    units: integer().notNull(),
    priority: integer().notNull(),
    effectiveAt: integer("effective_at").notNull(),
    expiresAt: integer("expires_at"),
    voidedAt: integer("voided_at"),
    /** What it was granted for, in the operator's words. */
    note: text().notNull(),
    ...stamps(),
  },
  (table) => [
    index("credit_grants_workspace").on(table.workspace, table.id),
    index("credit_grants_application").on(table.application, table.id),
    index("credit_grants_subscription").on(table.subscription, table.id),
  ],
);
