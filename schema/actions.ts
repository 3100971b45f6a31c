import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Every change of the platform, in the order of its commits. AUTOINCREMENT: a number is never given twice. */
export const changes = sqliteTable("changes", {
  sequence: integer().primaryKey({ autoIncrement: true }),
  at: integer().notNull(),
  workspace: text().notNull(),
  action: text().notNull(),
});

/** Effects outside D1 that a committed change still owes. A row goes when its effect is done; the Courier retries. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: text().primaryKey(),
    workspace: text().notNull(),
    kind: text().notNull(),
    payload: text({ mode: "json" }).$type<unknown>().notNull(),
    attempts: integer().notNull(),
    /** Epoch ms from which the Courier may take it: the request that made it has its turn first. */
    dueAt: integer("due_at").notNull(),
  },
  (table) => [index("outbox_due").on(table.dueAt)],
);

/** Who changed what, and what it looked like before and after, chained by hashes per workspace. */
export const audit = sqliteTable(
  "audit",
  {
    workspace: text().notNull(),
    /** Counts a workspace's rows from 1 without a gap. */
    sequence: integer().notNull(),
    at: integer().notNull(),
    actorKind: text("actor_kind").notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    targetKind: text("target_kind").notNull(),
    target: text().notNull(),
    /** The target's edition after the change. */
    targetVersion: integer("target_version").notNull(),
    before: text({ mode: "json" }).$type<unknown>(),
    after: text({ mode: "json" }).$type<unknown>(),
    requestId: text("request_id").notNull(),
    previousHash: text("previous_hash").notNull(),
    hash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspace, table.sequence] }),
    uniqueIndex("audit_target").on(table.workspace, table.target, table.targetVersion),
  ],
);

/** Answers to changes that were asked for under an idempotency key, sealed, for a day. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    workspace: text().notNull(),
    actor: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    answer: text().notNull(),
    /** Epoch ms. */
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspace, table.actor, table.key] }),
    index("idempotency_keys_at").on(table.at),
  ],
);

/** Never holds a row: a guard statement inserts `holds = 0` where an assumption broke, which fails its whole batch. */
export const guards = sqliteTable("guards", { workspace: text().notNull(), holds: integer().notNull() }, (table) => [
  check("guard_holds", sql`${table.holds} = 1`),
]);
