import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Canary } from "../src/model/canary.ts";
import type { Brownout } from "../src/model/deprecation.ts";
import type { PlanLimits } from "../src/model/limit.ts";
import type { PolicyList } from "../src/model/policy-entry.ts";
import type { Style, VersionFallback, VersionSelector, VersionState } from "../src/model/program.ts";
import type { UpstreamSettings } from "../src/model/upstream.ts";
import { stamps } from "./stamps.ts";
import { environments, workspaces } from "./workspaces.ts";

const workspace = () =>
  text()
    .notNull()
    .references(() => workspaces.id);

export const apis = sqliteTable(
  "apis",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    style: text().$type<Style>().notNull(),
    prefix: text().notNull(),
    selector: text({ mode: "json" }).$type<VersionSelector>().notNull(),
    /** Name of the version that answers when a call names none. */
    defaultVersion: text("default_version"),
    fallback: text().$type<VersionFallback>().notNull().default("refuse"),
    visibility: text().$type<"public" | "private">().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("apis_slug").on(table.workspace, table.slug),
    uniqueIndex("apis_prefix").on(table.workspace, table.prefix),
  ],
);

export const upstreams = sqliteTable(
  "upstreams",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    slug: text().notNull(),
    settings: text({ mode: "json" }).$type<UpstreamSettings>().notNull(),
    ...stamps(),
  },
  (table) => [uniqueIndex("upstreams_slug").on(table.workspace, table.slug)],
);

export const upstreamTargets = sqliteTable(
  "upstream_targets",
  {
    workspace: text().notNull(),
    upstream: text()
      .notNull()
      .references(() => upstreams.id),
    environment: text()
      .notNull()
      .references(() => environments.id),
    position: integer().notNull(),
    url: text().notNull(),
    weight: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.upstream, table.environment, table.position] }),
    index("upstream_targets_environment").on(table.environment),
  ],
);

/** Contracts of an API. `draft` is the content that is being worked on, content-addressed like a revision's. */
export const versions = sqliteTable(
  "versions",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    api: text()
      .notNull()
      .references(() => apis.id),
    name: text().notNull(),
    state: text().$type<VersionState>().notNull(),
    /** Id of the version that follows. */
    successor: text(),
    /** Epoch ms from which it is deprecated, which may be ahead; null: it is not. */
    deprecatedAt: integer("deprecated_at"),
    /** Epoch ms after which it is no longer served, as callers are told. */
    sunsetAt: integer("sunset_at"),
    /** Page that tells its callers how to move on. */
    guideUrl: text("guide_url"),
    /** When a deprecated version refuses its calls, in the order of time. */
    brownouts: text({ mode: "json" }).$type<readonly Brownout[]>().notNull().default([]),
    upstream: text().references(() => upstreams.id),
    draft: text().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("versions_name").on(table.api, table.name),
    index("versions_workspace").on(table.workspace, table.id),
    index("versions_upstream").on(table.upstream),
  ],
);

/** Immutable contents that a version has been published with; `id` is the content's address. */
export const revisions = sqliteTable(
  "revisions",
  {
    workspace: text().notNull(),
    version: text()
      .notNull()
      .references(() => versions.id),
    id: text().notNull(),
    /** Counts a version's revisions from 1, for people. */
    number: integer().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.version, table.id] }),
    uniqueIndex("revisions_number").on(table.version, table.number),
  ],
);

/** Which revision a version points to in an environment, and the program it compiled to. */
export const deployments = sqliteTable(
  "deployments",
  {
    workspace: text().notNull(),
    version: text()
      .notNull()
      .references(() => versions.id),
    environment: text()
      .notNull()
      .references(() => environments.id),
    revision: text().notNull(),
    /** The revision that it pointed to before the current one, which a rollback brings back; null: there was none. */
    previous: text(),
    program: text().notNull(),
    /** The revision that some callers get instead; null: none do. */
    canary: text({ mode: "json" }).$type<Canary>(),
    /** The change that pointed it there: the revision of the limits that its policies define. */
    sequence: integer().notNull(),
    publishedAt: integer("published_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.version, table.environment] }),
    index("deployments_environment").on(table.environment),
  ],
);

/** The policy list of a workspace; the row of workspace `platform` is the global one. */
export const policyLists = sqliteTable("policy_lists", {
  workspace: text()
    .primaryKey()
    .references(() => workspaces.id),
  scope: text().$type<"global" | "workspace">().notNull(),
  entries: text({ mode: "json" }).$type<PolicyList>().notNull(),
  /** Hash of the workspace's program, or null while list and sets are empty (and for the global list). */
  program: text(),
  /** Grows with each change of the list: the revision of the limits that it defines. */
  sequence: integer().notNull(),
  ...stamps(),
});

/** Policies that lists of the workspace name. */
export const policySets = sqliteTable(
  "policy_sets",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    /** Stands in immutable revisions, and so never changes. */
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    policies: text({ mode: "json" }).$type<PolicyList>().notNull(),
    ...stamps(),
  },
  (table) => [uniqueIndex("policy_sets_slug").on(table.workspace, table.slug)],
);

export const products = sqliteTable(
  "products",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    ...stamps(),
  },
  (table) => [uniqueIndex("products_slug").on(table.workspace, table.slug)],
);

export const productApis = sqliteTable(
  "product_apis",
  {
    workspace: text().notNull(),
    product: text()
      .notNull()
      .references(() => products.id),
    api: text()
      .notNull()
      .references(() => apis.id),
  },
  (table) => [primaryKey({ columns: [table.product, table.api] }), index("product_apis_api").on(table.api)],
);

/** Limits under which an application may call a product. A plan belongs to one product. */
export const plans = sqliteTable(
  "plans",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    product: text()
      .notNull()
      .references(() => products.id),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    limits: text({ mode: "json" }).$type<PlanLimits>().notNull(),
    /** Whether a subscription counts at once, or waits for somebody to approve it. */
    approval: text().$type<"automatic" | "manual">().notNull().default("automatic"),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("plans_slug").on(table.product, table.slug),
    index("plans_workspace").on(table.workspace, table.id),
  ],
);
