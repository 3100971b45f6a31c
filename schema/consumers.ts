import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { LimitOverride } from "../src/model/limit-override.ts";
import type { SubscriptionState } from "../src/model/subscription-state.ts";
import type { MemberRole } from "../src/model/role.ts";
import { plans, products } from "./catalog.ts";
import { stamps } from "./stamps.ts";
import { environments, people, workspaces } from "./workspaces.ts";

const workspace = () =>
  text()
    .notNull()
    .references(() => workspaces.id);

export const organizations = sqliteTable(
  "organizations",
  { id: text().primaryKey(), workspace: workspace(), slug: text().notNull(), name: text().notNull(), ...stamps() },
  (table) => [uniqueIndex("organizations_slug").on(table.workspace, table.slug)],
);

/** People who look after an organization's applications in the portal. */
export const members = sqliteTable(
  "members",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    organization: text()
      .notNull()
      .references(() => organizations.id),
    person: text()
      .notNull()
      .references(() => people.id),
    name: text().notNull(),
    role: text().$type<MemberRole>().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("members_person").on(table.organization, table.person),
    index("members_workspace").on(table.workspace, table.id),
    index("members_by_person").on(table.person),
  ],
);

export const applications = sqliteTable(
  "applications",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    organization: text()
      .notNull()
      .references(() => organizations.id),
    slug: text().notNull(),
    name: text().notNull(),
    state: text().$type<"active" | "suspended" | "unpaid">().notNull(),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("applications_slug").on(table.organization, table.slug),
    index("applications_workspace").on(table.workspace, table.id),
  ],
);

/** An application's right to a product under a plan: one per application and product. Only an active one counts at the edge. */
export const subscriptions = sqliteTable(
  "subscriptions",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    application: text()
      .notNull()
      .references(() => applications.id),
    product: text()
      .notNull()
      .references(() => products.id),
    plan: text()
      .notNull()
      .references(() => plans.id),
    state: text().$type<SubscriptionState>().notNull(),
    /** Why it was rejected, for whoever asked. */
    reason: text(),
    /** What it has instead of what its plan says of limits. */
    overrides: text({ mode: "json" }).$type<readonly LimitOverride[]>().notNull().default([]),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("subscriptions_product").on(table.application, table.product),
    index("subscriptions_workspace").on(table.workspace, table.id),
    index("subscriptions_by_product").on(table.product),
    index("subscriptions_by_plan").on(table.plan),
  ],
);

/** Keys of applications, in one environment each. Only hashes are stored. */
export const credentials = sqliteTable(
  "credentials",
  {
    id: text().primaryKey(),
    workspace: workspace(),
    application: text()
      .notNull()
      .references(() => applications.id),
    environment: text()
      .notNull()
      .references(() => environments.id),
    hash: text().notNull(),
    hint: text().notNull(),
    name: text().notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    ...stamps(),
  },
  (table) => [
    uniqueIndex("credentials_hash").on(table.hash),
    index("credentials_application").on(table.application, table.id),
    index("credentials_workspace").on(table.workspace, table.id),
    index("credentials_environment").on(table.environment),
  ],
);
