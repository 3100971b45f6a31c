import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Immutable texts by their hash: documents as imported, contents of revisions and drafts, programs (so that KV can be built
 * anew). Written before the batch that points to them, so an abandoned one is harmless.
 */
export const contents = sqliteTable(
  "contents",
  {
    workspace: text().notNull(),
    id: text().notNull(),
    kind: text().$type<"document" | "revision" | "program">().notNull(),
    mediaType: text("media_type").notNull(),
    /** Length of the text in UTF-16 units, and in how many parts its compressed form is kept. */
    length: integer().notNull(),
    parts: integer().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspace, table.id] })],
);

/** gzip, then base64, cut into parts: a D1 row holds 2 MB, and D1 hands blobs over as arrays of numbers, ten times as large. */
export const contentParts = sqliteTable(
  "content_parts",
  {
    workspace: text().notNull(),
    content: text().notNull(),
    part: integer().notNull(),
    body: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspace, table.content, table.part] }),
    // The gateway's last resort knows a program by its hash alone.
    index("content_parts_content").on(table.content),
  ],
);
