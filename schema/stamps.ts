import { integer } from "drizzle-orm/sqlite-core";

/**
 * Columns of everything that can be changed. `edition` counts a row's changes and starts at 1: it is the ETag that callers
 * send back, and `UNIQUE(workspace, target, target_version)` on the audit table makes it a lock.
 */
export const stamps = () => ({
  edition: integer().notNull(),
  /** Epoch ms. */
  createdAt: integer("created_at").notNull(),
  /** Epoch ms. */
  updatedAt: integer("updated_at").notNull(),
});
