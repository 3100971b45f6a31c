import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { applications } from "../../schema/consumers.ts";
import type { Effect } from "../actions/context.ts";
import { distribute } from "../actions/effect.ts";
import { Name, Ref, Slug, stamped } from "../actions/fields.ts";
import { withoutWorkspace } from "../actions/revise.ts";
import { findRow, notFound, type Reader } from "../actions/rows.ts";
import { findOrganization } from "./organization.ts";

/** What an operator says about an application. */
export const applicationFields = { slug: Slug.describe("Short name, unique in its organization."), name: Name };

/** Names an application: slugs are unique within an organization, so `team/app` names one where the slug alone does not. */
export const applicationRef = {
  application: Ref.describe("Id, slug, or slugs of organization and application with a slash between them."),
};

export const Application = z.object({
  ...stamped,
  organization: z.string().describe("Id of its organization."),
  ...applicationFields,
  state: z
    .enum(["active", "suspended", "unpaid"])
    .describe("suspended, or unpaid where its organization owes a payment: none of its calls is admitted."),
});
export type Application = z.output<typeof Application>;

export type ApplicationRow = typeof applications.$inferSelect;

export const applicationOf = (row: ApplicationRow): Application => withoutWorkspace(row);

/** The application of that name. Throws `resource-not-found`, or `state-conflict` if a slug names several. */
export async function findApplication(ctx: Reader, ref: string): Promise<ApplicationRow> {
  const [team, slug, ...rest] = ref.split("/");
  if (team === undefined || slug === undefined) return findRow(ctx, applications, ref, "application");
  if (rest.length > 0) throw notFound("application", ref);
  const organization = await findOrganization(ctx, team);
  return findRow(ctx, applications, slug, "application", eq(applications.organization, organization.id));
}

/** The gateway looks an application up by id: its subscriptions and state are one record. */
export function applicationChanged(application: string): Effect {
  return distribute({ records: [{ kind: "application", id: application }] });
}

/** It may call no more, or may again. */
export function applicationJudged(application: string): Effect {
  return distribute({ records: [{ kind: "application", id: application, isJudged: true }] });
}

/** Condition on what belongs to an organization that may be named or not. */
export async function withinOrganization(ctx: Reader, ref: string | undefined) {
  if (ref === undefined) return undefined;
  const { id } = await findOrganization(ctx, ref);
  return and(eq(applications.workspace, ctx.workspace), eq(applications.organization, id));
}
