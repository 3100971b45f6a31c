import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ScheduledStep, ScheduleState } from "../src/model/schedule.ts";
import { stamps } from "./stamps.ts";

/** Steps of versions' lives that are taken at a time. They may outlive what they are about: then they fail, and say so. */
export const schedules = sqliteTable(
  "schedules",
  {
    id: text().primaryKey(),
    workspace: text().notNull(),
    api: text().notNull(),
    version: text().notNull(),
    does: text().$type<ScheduledStep>().notNull(),
    environment: text(),
    revision: text(),
    reason: text(),
    /** Epoch ms. */
    at: integer().notNull(),
    state: text().$type<ScheduleState>().notNull(),
    failure: text(),
    /** Who scheduled it, in whose name it is done. */
    actorKind: text("actor_kind").$type<"token" | "person" | "system">().notNull(),
    actor: text().notNull(),
    /** Epoch ms of the next try, and how many have found the platform failing. */
    tryAt: integer("try_at").notNull(),
    attempts: integer().notNull(),
    ...stamps(),
  },
  (table) => [
    index("schedules_due").on(table.state, table.tryAt),
    index("schedules_workspace").on(table.workspace, table.id),
    index("schedules_version").on(table.version),
  ],
);
