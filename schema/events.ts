import { index, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { NoticeKind } from "../src/model/ledger/notice.ts";
import { stamps } from "./stamps.ts";

/** What has happened that somebody may want to hear of. Each is there once, however often it is told. */
export const events = sqliteTable(
  "events",
  {
    id: text().primaryKey(),
    workspace: text().notNull(),
    environment: text().notNull(),
    kind: text().$type<NoticeKind>().notNull(),
    application: text().notNull(),
    /** Null: it is about a policy's limit. */
    subscription: text(),
    /** Name of the limit; `credit` of credit. */
    limit: text().notNull(),
    /** What it says in figures. */
    data: text({ mode: "json" }).$type<Readonly<Record<string, number>>>().notNull(),
    /** Who told it, and which of its events it is. */
    source: text().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("events_source").on(table.source),
    index("events_workspace").on(table.workspace, table.id),
    index("events_subscription").on(table.subscription, table.id),
    index("events_application").on(table.application, table.id),
  ],
);
