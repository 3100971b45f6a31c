import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { apis } from "./catalog.ts";

/** In which bucket an API stands at a host of an environment, published or not: model/program.ts bucketIndex. */
export const placements = sqliteTable(
  "placements",
  {
    workspace: text().notNull(),
    api: text()
      .notNull()
      .references(() => apis.id),
    environment: text().notNull(),
    host: text().notNull(),
    bucket: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.api, table.environment, table.host] }),
    index("placements_bucket").on(table.bucket),
    index("placements_environment").on(table.environment),
  ],
);

/**
 * What the root names: a bucket under its index, the global program under `global`. `builtFrom` is the sequence of the
 * snapshot it was built from: an older build never replaces a newer one. An empty hash is a bucket that holds nothing.
 */
export const slots = sqliteTable("slots", {
  slot: text().primaryKey(),
  workspace: text().notNull(),
  hash: text().notNull(),
  /** The bucket or program itself as JSON, for a gateway whose KV does not show it yet. */
  body: text().notNull(),
  builtFrom: integer("built_from").notNull(),
});
