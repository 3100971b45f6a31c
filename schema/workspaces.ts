import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Role } from "../src/model/role.ts";
import { stamps } from "./stamps.ts";

/** Tenants. The id is the slug that the workspace was created with; `platform` is reserved for what is above all of them. */
export const workspaces = sqliteTable("workspaces", {
  id: text().primaryKey(),
  name: text().notNull(),
  ...stamps(),
});

/** How a workspace is managed: identity/settings.ts. Without a row, everything is as it is by default. */
export const settings = sqliteTable("settings", {
  workspace: text()
    .primaryKey()
    .references(() => workspaces.id),
  requireIfMatch: integer("require_if_match", { mode: "boolean" }).notNull(),
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

/** Values that configurations name; only sealed (src/model/secret.ts), and never read back. */
export const secrets = sqliteTable(
  "secrets",
  {
    id: text().primaryKey(),
    workspace: text()
      .notNull()
      .references(() => workspaces.id),
    environment: text()
      .notNull()
      .references(() => environments.id),
    name: text().notNull(),
    /** Hosts of upstreams that it may be sent to, in lower case. */
    hosts: text({ mode: "json" }).$type<string[]>().notNull(),
    keyId: text("key_id").notNull(),
    sealed: text().notNull(),
    /** Epoch ms at which the value was last set. */
    setAt: integer("set_at").notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("secrets_name").on(table.environment, table.name),
    index("secrets_workspace").on(table.workspace, table.id),
    index("secrets_key").on(table.keyId),
  ],
);

/** Somebody, known by an address of lower case. What they may where, and are called there, is in the tables that name them. */
export const people = sqliteTable("people", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  /** Epoch ms. */
  createdAt: integer("created_at").notNull(),
});

/** People who manage a workspace. */
export const admins = sqliteTable(
  "admins",
  {
    id: text().primaryKey(),
    workspace: text()
      .notNull()
      .references(() => workspaces.id),
    person: text()
      .notNull()
      .references(() => people.id),
    name: text().notNull(),
    role: text().$type<Role>().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("admins_person").on(table.workspace, table.person),
    index("admins_by_person").on(table.person),
  ],
);

/**
 * Tokens of the management API. Only hashes are stored; `workspace` `platform` stands for every workspace. Those of an admin
 * allow no more than the admin's role does at the time.
 */
export const adminTokens = sqliteTable(
  "admin_tokens",
  {
    id: text().primaryKey(),
    workspace: text()
      .notNull()
      .references(() => workspaces.id),
    admin: text().references(() => admins.id),
    hash: text().notNull(),
    hint: text().notNull(),
    /** What was rotated out and counts until `previous_ends_at` (epoch ms). */
    previousHash: text("previous_hash"),
    previousEndsAt: integer("previous_ends_at"),
    name: text().notNull(),
    /** Null: `scopes` says what it allows. */
    role: text().$type<Role>(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    /** Epoch ms, written now and then only: no change of the token. */
    lastUsedAt: integer("last_used_at"),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("admin_tokens_hash").on(table.hash),
    uniqueIndex("admin_tokens_previous_hash").on(table.previousHash),
    index("admin_tokens_workspace").on(table.workspace, table.id),
    index("admin_tokens_admin").on(table.admin),
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
