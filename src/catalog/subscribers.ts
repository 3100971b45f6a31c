import { and, eq, inArray, type SQL } from "drizzle-orm";
import { applications, organizations, subscriptions } from "../../schema/consumers.ts";
import type { Dependent } from "../actions/deletion.ts";
import type { Reader } from "../actions/rows.ts";

/** Subscriptions that are active or wait for approval, and meet the condition, by the names of who has them. */
export async function subscribers(ctx: Reader, where: SQL): Promise<Dependent[]> {
  const rows = await ctx.db
    .select({ id: subscriptions.id, application: applications.slug, organization: organizations.slug })
    .from(subscriptions)
    .innerJoin(applications, eq(applications.id, subscriptions.application))
    .innerJoin(organizations, eq(organizations.id, applications.organization))
    .where(and(eq(subscriptions.workspace, ctx.workspace), inArray(subscriptions.state, ["active", "pending"]), where));
  return rows.map(({ id, application, organization }) => ({
    kind: "subscription",
    id,
    name: `${organization}/${application}`,
  }));
}
