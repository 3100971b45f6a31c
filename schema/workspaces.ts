import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { stamps } from "./stamps.ts";

/** Tenants. The id is the slug that the workspace was created with; `platform` is reserved for what is above all of them. */
export const workspaces = sqliteTable("workspaces", {
  id: text().primaryKey(),
  name: text().notNull(),
  ...stamps(),
});

export const environments = sqliteTable(
  "environments",
  {
    id: text().primaryKey(),
    workspace: text()
      .notNull()
      .references(() => workspaces.id),
    slug: text().notNull(),
    name: text().notNull(),
    ...stamps(),
  },
  (table) => [uniqueIndex("environments_slug").on(table.workspace, table.slug)],
);

/** Hosts at which an environment is served. A host belongs to one environment of the whole platform; `*` is any other. */
export const environmentHosts = sqliteTable(
  "environment_hosts",
  {
    host: text().primaryKey(),
    workspace: text().notNull(),
    environment: text()
      .notNull()
      .references(() => environments.id),
  },
  (table) => [index("environment_hosts_environment").on(table.environment)],
);

/** Tokens of the management API. Only the hash is stored; `workspace` `platform` stands for every workspace. */
export const adminTokens = sqliteTable(
  "admin_tokens",
  {
    id: text().primaryKey(),
    workspace: text()
      .notNull()
      .references(() => workspaces.id),
    hash: text().notNull(),
    hint: text().notNull(),
    name: text().notNull(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("admin_tokens_hash").on(table.hash),
    index("admin_tokens_workspace").on(table.workspace, table.id),
  ],
);

/** Sessions of the console that were signed out before their end. Past that end a row is of no use any more, and goes. */
export const endedSessions = sqliteTable(
  "ended_sessions",
  {
    id: text().primaryKey(),
    /** The workspace of whoever was signed in; `platform` stands for every workspace. */
    workspace: text().notNull(),
    /** Epoch ms. */
    endsAt: integer("ends_at").notNull(),
  },
  (table) => [index("ended_sessions_end").on(table.endsAt)],
);
